import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const MOST_COLOURS = 256;
/** Bits of each channel that tell two colours apart. */
const BITS = 5;
const RGB = 2;
const INDEXED = 3;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Uint8Array;
}

/** The same picture with at most 256 colours, a third of the bytes: for pages, whose colours are few. RangeError when it is no plain RGB. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, rgb } = readPixels(png);
  const { palette, indexOf } = paletteOf(rgb);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows[y * (width + 1) + 1 + x] = indexOf[bucketOf(rgb, 3 * (y * width + x))] ?? 0;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, INDEXED, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The commonest colours, each the mean of its bucket; all others take the nearest of these. */
function paletteOf(rgb: Uint8Array) {
  const counts = new Map<number, number[]>();
  for (let at = 0; at < rgb.length; at += 3) {
    const bucket = bucketOf(rgb, at);
    const sums = counts.get(bucket);
    if (sums === undefined) counts.set(bucket, [1, rgb[at], rgb[at + 1], rgb[at + 2]]);
    else for (let i = 0; i < 4; i++) sums[i] += i === 0 ? 1 : rgb[at + i - 1];
  }
  const byUse = [...counts].toSorted(([, a], [, b]) => b[0] - a[0]);
  const means = byUse.map(([, [count, ...sums]]) => sums.map((sum) => Math.round(sum / count)));
  const kept = means.slice(0, MOST_COLOURS);
  const indexOf = new Uint8Array(2 ** (3 * BITS));
  for (const [at, [bucket]] of byUse.entries())
    indexOf[bucket] = at < MOST_COLOURS ? at : nearest(means[at], kept);
  return { palette: Buffer.from(kept.flat()), indexOf };
}

function nearest(colour: readonly number[], colours: readonly (readonly number[])[]): number {
  const distances = colours.map((one) =>
    one.reduce((sum, channel, i) => sum + (channel - colour[i]) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function bucketOf(rgb: Uint8Array, at: number): number {
  const down = 8 - BITS;
  return (
    ((rgb[at] >> down) << (2 * BITS)) | ((rgb[at + 1] >> down) << BITS) | (rgb[at + 2] >> down)
  );
}

/** Of a PNG as a browser writes it: eight bits a channel, not interlaced. */
function readPixels(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png[24] !== 8 || png[25] !== RGB || png[28] !== 0)
    throw new RangeError(`Cannot read the picture: expected plain RGB, colour type is ${png[25]}`);
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(parts)), { width, height }) };
}

/** Undoes the filters of PNG, row by row: each byte was written as a difference to what lies left and above. */
function unfilter(bytes: Buffer, { width, height }: Omit<Pixels, 'rgb'>): Uint8Array {
  const length = 3 * width;
  const rgb = new Uint8Array(height * length);
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (length + 1)];
    for (let x = 0; x < length; x++) {
      const at = y * length + x;
      const left = x < 3 ? 0 : rgb[at - 3];
      const above = y === 0 ? 0 : rgb[at - length];
      const corner = x < 3 || y === 0 ? 0 : rgb[at - length - 3];
      rgb[at] = bytes[y * (length + 1) + 1 + x] + guessOf(filter, { left, above, corner });
    }
  }
  return rgb;
}

interface Neighbours {
  readonly left: number;
  readonly above: number;
  readonly corner: number;
}

/** What a filter of PNG (9.2) expects of a byte; the last takes whichever lies nearest to left + above - corner. */
function guessOf(filter: number, { left, above, corner }: Neighbours): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const a = Math.abs(above - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + above - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
