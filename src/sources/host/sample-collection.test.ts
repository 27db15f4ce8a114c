import { describe, expect, it } from 'vitest';
import { type Logger, SILENT } from '../../base/logger.ts';
import { labelMatcher } from '../promql/label-matcher.ts';
import type { Exposition } from './exposition.ts';
import { BLOCK_MS } from './held-series.ts';
import { MemorySampleStorage } from './memory-sample-storage.ts';
import { SampleCollection } from './sample-collection.ts';

const START_MS = Date.UTC(2026, 10, 22);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function collect(storage: MemorySampleStorage, lines: string[] = [], maxCollected = 100) {
  const add = (_: object, line: string) => lines.push(line);
  const logger: Logger = { ...SILENT, info: add, warn: add, error: add };
  return new SampleCollection({ storage, logger, retentionMs: 14 * DAY_MS, maxCollected });
}

function page(values: Readonly<Record<string, number>>): Exposition {
  const samples = Object.entries(values).map(([name, value]) => ({ name, labels: {}, value }));
  return { samples, families: new Map() };
}

async function valuesOf(collection: SampleCollection, name: string, fromMs = START_MS) {
  const series = collection.select([labelMatcher('__name__', '=', name)]);
  const [samples] = await collection.read(series, { startMs: fromMs, endMs: Infinity });
  return [...(samples?.values ?? [])];
}

/** Counts 0, 1, 2 … a minute apart, for `minutes`. */
async function count(collection: SampleCollection, fromMinute: number, minutes: number) {
  for (let i = fromMinute; i < fromMinute + minutes; i++) {
    collection.append('host', START_MS + i * MINUTE_MS, page({ count: i, other: -i }));
    await collection.flush();
  }
}

const upTo = (end: number) => Array.from({ length: end }, (_, i) => i);

describe('SampleCollection', () => {
  it('seals a block of two hours when the next one begins, and reads over both', async () => {
    const storage = new MemorySampleStorage();
    const collection = collect(storage);
    await count(collection, 0, 120);
    expect([storage.chunks.length, storage.heads]).toEqual([0, 120]);
    await count(collection, 120, 10);
    expect([storage.chunks.length, storage.heads]).toEqual([2, 10]);
    expect(storage.chunks[0]).toMatchObject({ samples: 120, endMs: START_MS + 119 * MINUTE_MS });
    expect(await valuesOf(collection, 'count')).toEqual(upTo(130));
    expect(storage.chunkReads).toBe(0);
  });

  it('reads older chunks from the database', async () => {
    const storage = new MemorySampleStorage();
    const collection = collect(storage);
    await count(collection, 0, 500);
    expect(await valuesOf(collection, 'count')).toEqual(upTo(500));
    expect(storage.chunkReads).toBe(1);
    expect(await valuesOf(collection, 'count', START_MS + 400 * MINUTE_MS)).toHaveLength(100);
    expect(storage.chunkReads).toBe(1);
  });

  it('loses and doubles nothing when it is killed at any moment', async () => {
    const storage = new MemorySampleStorage();
    for (let minute = 0; minute < 300; minute += 30) {
      const collection = collect(storage);
      await collection.load();
      await count(collection, minute, 30);
    }
    const collection = collect(storage);
    await collection.load();
    expect(await valuesOf(collection, 'count')).toEqual(upTo(300));
    expect(collection.index.size).toBe(2);
  });

  it('keeps collecting while the database fails and writes everything when it is back', async () => {
    const storage = new MemorySampleStorage();
    const lines: string[] = [];
    const collection = collect(storage, lines);
    await count(collection, 0, 10);
    storage.failure = new Error('No space left on device');
    await count(collection, 10, 400);
    expect(collection.failure).toBe('No space left on device');
    expect(await valuesOf(collection, 'count')).toEqual(upTo(410));
    storage.failure = undefined;
    await count(collection, 410, 1);
    expect(collection.failure).toBeUndefined();
    expect(lines).toEqual([
      'Cannot write samples: No space left on device; they stay in memory until it works again',
      'Writing samples works again',
    ]);
    const restarted = collect(storage);
    await restarted.load();
    expect(await valuesOf(restarted, 'count')).toEqual(upTo(411));
  });

  it('says that older samples cannot be read while the database fails', async () => {
    const storage = new MemorySampleStorage();
    const collection = collect(storage);
    await count(collection, 0, 500);
    storage.failure = new Error('gone');
    await expect(valuesOf(collection, 'count')).rejects.toMatchObject({
      code: 'unreachable',
      message: 'Cannot read samples of 1 series: gone; try again',
    });
  });

  it('leaves out samples while the clock is behind, with one warning', async () => {
    const lines: string[] = [];
    const collection = collect(new MemorySampleStorage(), lines);
    await count(collection, 0, 10);
    await count(collection, 7, 5);
    expect(await valuesOf(collection, 'count')).toEqual(upTo(12));
    expect(lines).toEqual([
      'Cannot keep samples of 2026-11-22T00:07:00.000Z: there are some of 2026-11-22T00:09:00.000Z, the clock stepped back; left out until it is past that',
    ]);
  });

  it('ends a series that its origin does not expose any more', async () => {
    const storage = new MemorySampleStorage();
    const collection = collect(storage);
    collection.append('host', START_MS, page({ a: 1, b: 1 }));
    collection.append('target 0', START_MS, page({ c: 1 }));
    collection.append('host', START_MS + MINUTE_MS, page({ a: 1 }));
    collection.append('host', START_MS + 2 * MINUTE_MS, page({ a: 1 }));
    await collection.flush();
    const restarted = collect(storage);
    await restarted.load();
    for (const one of [collection, restarted]) {
      expect(await valuesOf(one, 'b')).toEqual([1, Number.NaN]);
      expect(await valuesOf(one, 'c')).toEqual([1]);
    }
  });

  it('forgets samples and series after the retention', async () => {
    const storage = new MemorySampleStorage();
    const collection = collect(storage);
    collection.append('host', START_MS, page({ gone: 1, back: 1 }));
    await collection.flush();
    collection.append('host', START_MS + BLOCK_MS, page({ stays: 1 }));
    await collection.flush();
    const laterMs = START_MS + 15 * DAY_MS;
    collection.append('host', laterMs, page({ back: 2, stays: 2 }));
    await collection.flush();
    expect([...collection.index.names()].toSorted()).toEqual(['back', 'stays']);
    collection.append('host', laterMs + BLOCK_MS, page({ back: 3, stays: 3 }));
    await collection.flush();
    expect(collection.failure).toBeUndefined();
    expect(await valuesOf(collection, 'back')).toEqual([2, 3]);
    expect((await storage.listSeries()).map(({ name }) => name).toSorted()).toEqual([
      'back',
      'stays',
    ]);
  });

  it('takes no more series than allowed', async () => {
    const lines: string[] = [];
    const collection = collect(new MemorySampleStorage(), lines, 2);
    for (let i = 0; i < 3; i++) {
      collection.append('host', START_MS + i, page({ a: 1, b: 2, c: 3, d: 4 }));
    }
    expect(collection.index.size).toBe(2);
    expect(lines).toEqual([
      'Cannot collect c: there are 2 series, the most that are kept; scrape less',
    ]);
  });
});
