import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIGH_WORD, LOW_WORD, wordsOf } from '../float-words.ts';
import { encodeSamples, GorillaEncoder } from './gorilla.ts';
import { decodeSamples } from './gorilla-decoder.ts';

function packed(times: number[], values: number[]) {
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}

const anyDouble = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE),
);
const step = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 14_900, max: 15_100 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);

describe('gorilla', () => {
  it('gives back every bit of any samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(step, anyDouble), { maxLength: 200 }),
        fc.integer({ min: 0, max: 2 ** 45 }),
        (points, startMs) => {
          let timeMs = startMs;
          const times = points.map(([deltaMs]) => (timeMs += deltaMs));
          const before = packed(
            times,
            points.map(([, value]) => value),
          );
          const after = decodeSamples(encodeSamples(before));
          expect(after.times).toEqual(before.times);
          expect(wordsOf(after.values)).toEqual(wordsOf(before.values));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps the payload of a NaN', () => {
    const encoder = new GorillaEncoder();
    encoder.append(0, 1);
    encoder.appendBits(15_000, 0x7ff00000, 2);
    encoder.append(30_000, 2);
    const { times, values } = decodeSamples(encoder.bytes());
    const words = wordsOf(values);
    expect([words[2 + HIGH_WORD], words[2 + LOW_WORD]]).toEqual([0x7ff00000, 2]);
    expect([...times]).toEqual([0, 15_000, 30_000]);
    expect(values[2]).toBe(2);
  });

  it('can be read while it grows', () => {
    const encoder = new GorillaEncoder();
    for (let i = 0; i < 200; i++) {
      encoder.append(i * 1000, Math.sin(i));
      const { times, values } = decodeSamples(encoder.bytes());
      expect(times.length).toBe(i + 1);
      expect(values[i]).toBe(Math.sin(i));
    }
    expect([encoder.samples, encoder.startMs, encoder.endMs]).toEqual([200, 0, 199_000]);
  });

  it('packs a constant sampled regularly into two bits a sample', () => {
    const times = Float64Array.from({ length: 4801 }, (_, i) => i * 15_000);
    const bytes = encodeSamples({ times, values: times.map(() => 42) });
    expect(bytes.length).toBeLessThan(4800 / 4 + 40);
  });

  it('refuses what is cut short or of another version', () => {
    const bytes = encodeSamples(packed([1, 2, 3], [0.1, 0.2, 0.3]));
    expect(() => decodeSamples(bytes.subarray(0, 12))).toThrow(
      /^Cannot unpack samples: 12 bytes end before the last of 3 samples$/,
    );
    expect(() => decodeSamples(new Uint8Array([9, 0, 0, 1]))).toThrow('version 9, expected 1');
    expect(() => decodeSamples(new Uint8Array(2))).toThrow('2 bytes, expected 4 or more');
  });
});
