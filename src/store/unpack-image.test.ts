import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { unpackImage } from './unpack-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'saimon-image-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An entry of a tar file, as far as it is read. */
function entry(name: string, content: string, kind = '0'): Buffer {
  const blocks = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
  blocks.write(name, 0);
  blocks.write(content.length.toString(8).padStart(11, '0'), 124);
  blocks.write(kind, 156);
  blocks.write(content, 512);
  return blocks;
}

it('unpacks folders and files of any size, and nothing outside the folder', async () => {
  const long = 'x'.repeat(1300);
  const entries = [
    entry('/base', '', '5'),
    entry('/base/long', long),
    entry('/base/empty', ''),
    entry('/../../../stray', 'caught'),
  ];
  await unpackImage(gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])), folder);
  expect(readdirSync(folder).toSorted()).toEqual(['base', 'stray']);
  expect(readdirSync(join(folder, 'base')).toSorted()).toEqual(['empty', 'long']);
  expect(readFileSync(join(folder, 'base', 'long'), 'utf8')).toBe(long);
  expect(readFileSync(join(folder, 'base', 'empty'), 'utf8')).toBe('');
});
