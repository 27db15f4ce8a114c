import { expect, test } from 'vitest';
import { percentage, quantity } from './quantity.ts';

test.each([
  [0.1234, 'ratio', '12.34 %'],
  [1, 'ratio', '100 %'],
  [2048, 'bytes', '2 KiB'],
  [1_572_864, 'bytes/s', '1.5 MiB/s'],
  [0.5, 'bytes/s', '0.5 B/s'],
  [-2048, 'bytes', '-2 KiB'],
  [2 ** 70, 'bytes', '1.049M PiB'],
  [0.0002, 'seconds', '200 µs'],
  [0.25, 'seconds', '250 ms'],
  [90, 'seconds', '90 s'],
  [600, 'seconds', '10 min'],
  [250, 'ms', '250 ms'],
  [12.5, 'count/s', '12.5 /s'],
  [1_234_567, '', '1.235M'],
  [1e-17, '', '0'],
  [21.5, '°C', '21.5 °C'],
])('quantity(%d, "%s") is "%s"', (value, unit, text) => {
  expect(quantity(value, unit)).toBe(text.replaceAll(' ', '\u00a0'));
});

test('quantity() shows a dash for what is missing', () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
    expect(quantity(value, 'bytes')).toBe('–');
});

test('percentage() rounds a share', () => {
  expect(percentage(0.876)).toBe('88\u00a0%');
});
