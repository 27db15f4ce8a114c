import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cache } from './cache.ts';

/** The same of every cache. */
export function describeCache(open: () => Promise<Cache>): void {
  let cache: Cache;
  beforeEach(async () => {
    cache = await open();
    await cache.drop('anomalies');
    await cache.drop('models');
  });
  afterEach(() => cache.close());

  const key = { group: 'anomalies', key: 'list 0 100', ttlMs: 60_000 };

  it('loads once and remembers, each key for itself', async () => {
    expect(await cache.through(key, async () => '{"total":1}')).toBe('{"total":1}');
    expect(await cache.through(key, never)).toBe('{"total":1}');
    expect(await cache.through({ ...key, key: 'other' }, async () => '2')).toBe('2');
  });

  it('forgets a whole group and no other', async () => {
    await cache.through(key, async () => 'old');
    await cache.through({ ...key, group: 'models' }, async () => 'kept');
    await cache.drop('anomalies');
    expect(await cache.through(key, async () => 'new')).toBe('new');
    expect(await cache.through({ ...key, group: 'models' }, never)).toBe('kept');
  });

  it('does not remember what was loaded before its group was dropped', async () => {
    const old = cache.through(key, async () => {
      await cache.drop('anomalies');
      return 'stale';
    });
    expect(await old).toBe('stale');
    expect(await cache.through(key, async () => 'fresh')).toBe('fresh');
  });

  it('forgets after the time to live', async () => {
    await cache.through({ ...key, ttlMs: 30 }, async () => 'old');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await cache.through(key, async () => 'new')).toBe('new');
  });

  it('passes the failure of loading on and remembers nothing of it', async () => {
    await expect(cache.through(key, never)).rejects.toThrow('Loaded although it is known');
    expect(await cache.through(key, async () => 'good')).toBe('good');
  });
}

const never = (): Promise<string> => Promise.reject(new Error('Loaded although it is known'));
