import { crc32, deflateSync } from 'node:zlib';
import type { Chart } from './notifier.ts';

/** Mail clients show no SVG: a PNG of four colours, written by hand (PNG specification 1.2, colour type 3). */

const WIDTH = 560;
const HEIGHT = 160;
const MARGIN = 6;
const [WHITE, BAND, CURVE, OUTSIDE] = [0, 1, 2, 3];
const PALETTE = [255, 255, 255, 214, 228, 240, 38, 70, 100, 200, 30, 45];

/** The curve in its band, red where it leaves it; undefined when there is nothing to draw. */
export function chartPng(chart: Chart): Buffer | undefined {
  const range = rangeOf(chart);
  const steps = chart.times.length;
  if (range === undefined || steps < 2) return undefined;
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(WHITE);
  const stepAt = (x: number): number =>
    Math.round(((x - MARGIN) / (WIDTH - 2 * MARGIN - 1)) * (steps - 1));
  const yOf = (value: number): number =>
    MARGIN +
    Math.round(
      ((range.highest - value) / (range.highest - range.lowest)) * (HEIGHT - 2 * MARGIN - 1),
    );
  const line = (x: number, [from, to]: readonly [number, number], colour: number): void => {
    const [top, bottom] = [
      Math.max(0, Math.min(from, to)),
      Math.min(HEIGHT - 1, Math.max(from, to)),
    ];
    for (let y = top; y <= bottom; y++) pixels[y * WIDTH + x] = colour;
  };
  for (let x = MARGIN; x < WIDTH - MARGIN; x++) {
    const step = stepAt(x);
    const [lower, upper] = [at(chart.lower, step), at(chart.upper, step)];
    if (Number.isFinite(lower) && Number.isFinite(upper)) line(x, [yOf(upper), yOf(lower)], BAND);
  }
  let before = Number.NaN;
  for (let x = MARGIN; x < WIDTH - MARGIN; x++) {
    const step = stepAt(x);
    const value = at(chart.value, step);
    if (!Number.isFinite(value)) continue;
    const y = yOf(value);
    const isOutside = value > at(chart.upper, step) || value < at(chart.lower, step);
    // Two pixels thick, joined to the column before.
    line(
      x,
      [Math.min(y, Number.isNaN(before) ? y : before), Math.max(y, before || y) + 1],
      isOutside ? OUTSIDE : CURVE,
    );
    before = y;
  }
  return encode(pixels);
}

function at(column: ArrayLike<number>, step: number): number {
  return column[step] ?? Number.NaN;
}

/** What the picture spans, over all of its columns. */
function rangeOf({ value, lower, upper }: Chart): { lowest: number; highest: number } | undefined {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of [value, lower, upper]) {
    for (let i = 0; i < column.length; i++) {
      const one = at(column, i);
      if (!Number.isFinite(one)) continue;
      lowest = Math.min(lowest, one);
      highest = Math.max(highest, one);
    }
  }
  if (!(highest >= lowest)) return undefined;
  return highest > lowest ? { lowest, highest } : { lowest: lowest - 1, highest: highest + 1 };
}

function encode(pixels: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  // Eight bits a pixel, of a palette.
  header.set([8, 3, 0, 0, 0], 8);
  // Every row begins with its filter: none.
  const rows = Buffer.alloc((WIDTH + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    rows.set(pixels.subarray(y * WIDTH, (y + 1) * WIDTH), y * (WIDTH + 1) + 1);
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(PALETTE)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
