import { describe, expect, it } from 'vitest';
import { describeCache } from './cache.suite.ts';
import { createLruCache } from './lru-cache.ts';

describe('the cache of one process', () => {
  describeCache(async () => createLruCache());

  it('keeps to its size, the least recently used text goes first', async () => {
    const cache = createLruCache({ maxBytes: 10_000 });
    await cache.through(key('first'), async () => 'x'.repeat(2000));
    await cache.through(key('second'), async () => 'y'.repeat(2000));
    await cache.through(key('third'), async () => 'z'.repeat(2000));
    expect(await cache.through(key('third'), async () => 'new')).toBe('z'.repeat(2000));
    expect(await cache.through(key('first'), async () => 'new')).toBe('new');
  });
});

const key = (name: string) => ({ group: 'g', key: name, ttlMs: 60_000 });
