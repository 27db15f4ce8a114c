import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteCursor } from './byte-cursor.ts';
import { readDecimal } from './decimal.ts';

function read(text: string): number {
  const cursor = new ByteCursor(Buffer.from(`${text}"`));
  const value = readDecimal(cursor);
  expect(cursor.at).toBe(text.length);
  return value;
}

test.each([
  ['0', 0],
  ['-0', -0],
  ['1.5', 1.5],
  ['0.000001', 0.000001],
  ['17179869184', 17179869184],
  ['0.03333333333333333', 0.03333333333333333],
  ['9007199254740993', 9007199254740992],
  ['1.7976931348623157e+308', Number.MAX_VALUE],
  ['5e-324', 5e-324],
  ['1E3', 1000],
  ['+1', 1],
  ['NaN', Number.NaN],
  ['+Inf', Infinity],
  ['Inf', Infinity],
  ['-Inf', -Infinity],
])('readDecimal() reads %s', (text, value) => {
  expect(read(text)).toBe(value);
});

test.each(['', '-', '.', '1.', '.5', 'e5', '1e', '1.2.3', '--1', '1-2', 'true', 'Infinity'])(
  'readDecimal() refuses "%s"',
  (text) => {
    expect(() => read(text)).toThrow('expected a number at byte 0');
  },
);

test('readDecimal() equals Number() for every double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(read(String(value))).toBe(Number(String(value)));
    }),
    { numRuns: 500 },
  );
});

test('readDecimal() equals Number() for every text of up to 25 digits', () => {
  fc.assert(
    fc.property(fc.constantFrom('', '-'), digits(12), digits(25), (sign, whole, fraction) => {
      for (const text of [`${sign}${whole}.${fraction}`, `${sign}${whole}`, `${sign}${fraction}`]) {
        expect(read(text)).toBe(Number(text));
      }
    }),
    { numRuns: 500 },
  );
});

test('readDecimal() rounds texts half-way between two doubles as Number() does', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 62n }),
      fc.nat({ max: 22 }),
      (near, power) => {
        const step = 2n ** BigInt(near.toString(2).length - 53);
        const half = (near / step) * step + step / 2n;
        for (const whole of [half - 1n, half, half + 1n]) {
          const all = whole.toString().padStart(power + 1, '0');
          const text = power === 0 ? all : `${all.slice(0, -power)}.${all.slice(-power)}`;
          expect(read(text)).toBe(Number(text));
        }
      },
    ),
    { numRuns: 500 },
  );
});

function digits(maxLength: number) {
  const digit = fc.integer({ min: 0, max: 9 });
  return fc.array(digit, { minLength: 1, maxLength }).map((some) => some.join(''));
}
