import { mkdir, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

// POSIX ustar: entries of a header and their bytes, both filled up to whole blocks.
const BLOCK = 512;
const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const KIND_AT = 156;
const FOLDER = '5';
const PIECE = 2 ** 26;

/**
 * Unpacks a dump (a compressed tar file) into a folder that is there. It is the files as they are: PGlite itself would be started
 * for it, which takes many times as long.
 */
export async function unpackImage(image: Uint8Array, folder: string): Promise<void> {
  // In few large pieces: put together they take twice their room for a moment.
  const tar = await promisify(gunzip)(image, { chunkSize: PIECE });
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const name = text(tar, at, NAME);
    const size = Number.parseInt(text(tar, at, SIZE), 8);
    const place = join(folder, normalize(`/${name}`));
    if (String.fromCharCode(tar[at + KIND_AT] ?? 0) === FOLDER)
      await mkdir(place, { recursive: true });
    else await writeFile(place, tar.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function text(tar: Buffer, entry: number, field: { at: number; length: number }): string {
  const from = entry + field.at;
  return tar.toString('latin1', from, from + field.length).replace(/\0.*$/s, '');
}
