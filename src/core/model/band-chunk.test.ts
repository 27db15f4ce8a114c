import { expect, test } from 'vitest';
import { BandRecorder, mergeBandChunks, readBandChunks } from './band-chunk.ts';

const HOUR = 1_700_002_800_000;
const judged = (timeMs: number, expected: number, ratio: number) => ({
  timeMs,
  value: 0,
  expected,
  lower: expected - 1,
  upper: expected + 1,
  ratio,
  flagged: false,
});

test('bands come back by the minute, with the highest ratio of each', () => {
  const recorder = new BandRecorder();
  recorder.add(judged(HOUR, 10, 0.5));
  recorder.add(judged(HOUR + 15_000, 11, 2.5));
  recorder.add(judged(HOUR + 30_000, 12, 0.25));
  recorder.add(judged(HOUR + 59 * 60_000, 20, 0));
  recorder.add(judged(HOUR + 3_600_000, 30, 1));
  recorder.add(judged(HOUR + 3_660_000, Number.NaN, 0));
  const chunks = recorder.drain();
  expect(chunks.map(({ bytes }) => bytes.length)).toEqual([9 + 2 * 16, 9 + 16]);
  const { times, expected, lower, upper, ratio } = readBandChunks(chunks);
  expect([...times]).toEqual([HOUR, HOUR + 59 * 60_000, HOUR + 3_600_000]);
  expect([...expected]).toEqual([12, 20, 30]);
  expect([...lower]).toEqual([11, 19, 29]);
  expect([...upper]).toEqual([13, 21, 31]);
  expect([...ratio]).toEqual([2.5, 0, 1]);
  expect(recorder.drain()).toEqual([]);
});

test('mergeBandChunks() keeps the later band and the highest ratio, and is the same when repeated', () => {
  const chunkOf = (...judgements: ReturnType<typeof judged>[]) => {
    const recorder = new BandRecorder();
    for (const judgement of judgements) recorder.add(judgement);
    const [chunk] = recorder.drain();
    return chunk?.bytes ?? new Uint8Array(0);
  };
  const stored = chunkOf(judged(HOUR, 1, 3), judged(HOUR + 60_000, 2, 0));
  const added = chunkOf(judged(HOUR + 30_000, 5, 1), judged(HOUR + 120_000, 6, 2));
  const merged = mergeBandChunks(stored, added);
  const { expected, ratio } = readBandChunks([{ hourMs: HOUR, bytes: merged }]);
  expect([...expected]).toEqual([5, 2, 6]);
  expect([...ratio]).toEqual([3, 0, 2]);
  expect(mergeBandChunks(merged, added)).toEqual(merged);
});

test('readBandChunks() refuses what it cannot read', () => {
  expect(() => readBandChunks([{ hourMs: HOUR, bytes: new Uint8Array([9]) }])).toThrow(RangeError);
  const cut = new Uint8Array(12);
  cut[0] = 1;
  cut[1] = 1;
  expect(() => readBandChunks([{ hourMs: HOUR, bytes: cut }])).toThrow(/cut short/);
});
