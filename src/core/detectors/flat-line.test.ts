import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { FlatLine } from './flat-line.ts';

const STEP = 300_000;
const A_DAY = DAY_MS / STEP;

function bytesOf(line: FlatLine): Uint8Array {
  const out = new StateWriter('FLAT', 1);
  line.save(out);
  return out.finish();
}

/** A line that has seen `days` of noise, and how to go on: `feed(value, count)`. */
function lineAfter(days: number, options?: Partial<ConstructorParameters<typeof FlatLine>[0]>) {
  const rng = seededRng(3);
  const line = new FlatLine({ stepMs: STEP, ...options });
  let timeMs = 0;
  const feed = (value: () => number, count: number): number => {
    let highest = 0;
    for (let i = 0; i < count; i++) {
      timeMs += STEP;
      line.learn(timeMs, value());
      highest = Math.max(highest, line.ratio);
    }
    return highest;
  };
  const noise = (): number => 50 + 5 * gaussian(rng);
  feed(noise, days * A_DAY);
  feed(() => 0, 1);
  feed(() => 100, 1);
  feed(noise, 10);
  return { line, feed, noise, pause: (ms: number) => (timeMs += ms) };
}

describe('FlatLine', () => {
  it('speaks with the sixth sample of five minutes, for an hour, and stays open until the value moves', () => {
    const { line, feed, noise } = lineAfter(3);
    expect(feed(() => 51, 5)).toBeLessThan(1);
    expect(feed(() => 51, 1)).toBe(1);
    expect(feed(() => 51, 11)).toBeGreaterThan(1);
    feed(() => 51, 1);
    expect([line.ratio, line.open, line.longestMs]).toEqual([0, true, 0]);
    feed(noise, 1);
    expect([line.open, line.longestMs]).toEqual([false, 17 * STEP]);
  });

  it('waits four times as long as the longest standstill was', () => {
    const { feed, noise } = lineAfter(3);
    feed(() => 51, 3);
    feed(noise, 50);
    expect(feed(() => 52, 11)).toBeLessThan(1);
    expect(feed(() => 52, 1)).toBeGreaterThanOrEqual(1);
  });

  it('takes what was flagged three times for a habit, not what was flagged once', () => {
    const { feed, noise } = lineAfter(3);
    const flagged = Array.from({ length: 6 }, (_, i) => {
      const ratio = feed(() => 45 + i, 18);
      feed(noise, A_DAY);
      return ratio >= 1;
    });
    expect(flagged).toEqual([true, true, true, false, false, false]);
  });

  it('says nothing of a young series, of a limit, of the lowest value ever and of one that pauses', () => {
    expect(lineAfter(1).feed(() => 51, 50)).toBeLessThan(1);
    expect(lineAfter(3, { dataRange: [0, 70] }).feed(() => 70, 50)).toBeLessThan(1);
    expect(lineAfter(3).feed(() => -1, 50)).toBeLessThan(1);
    const { feed, pause } = lineAfter(3);
    for (let i = 0; i < 10; i++) {
      expect(feed(() => 51, 4)).toBeLessThan(1);
      pause(DAY_MS);
    }
  });

  it.each([
    ['a constant', () => 7],
    ['integers', Math.floor],
    ['values that change with every third sample only', undefined],
    ['a counter', undefined],
  ] as const)('says nothing of %s', (kind, shape) => {
    const rng = seededRng(5);
    const line = new FlatLine({ stepMs: STEP });
    let value = 0;
    let highest = 0;
    for (let i = 0; i < 11 * A_DAY; i++) {
      const still = i > 10 * A_DAY;
      if (shape && !still) value = shape(20 * rng());
      if (kind === 'a counter' && !still) value += 10 * rng();
      if (kind.startsWith('values') && !still && i % 3 === 0) value = rng();
      line.learn(i * STEP, value);
      highest = Math.max(highest, line.ratio);
    }
    expect(highest).toBe(0);
  });

  it('goes on from its state as if it had never been saved, flat or not', () => {
    for (const flat of [0, 3, 9]) {
      const { line, feed } = lineAfter(3);
      feed(() => 51, flat);
      const copy = new FlatLine({ stepMs: STEP });
      copy.load(new StateReader(bytesOf(line), 'FLAT', 1));
      expect(copy.ratio).toBe(line.ratio);
      expect(bytesOf(copy)).toEqual(bytesOf(line));
    }
  });
});
