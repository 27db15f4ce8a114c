import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';

/** From src/api and from dist/api alike. */
const FOLDER = new URL('../../dist/ui/', import.meta.url);

const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
  'main.css': 'text/css; charset=utf-8',
} as const;
export type UiFile = keyof typeof TYPES;
export const UI_FILES: readonly UiFile[] = ['index.html', 'main.js', 'main.css'];

interface Packed {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

const packed = new Map<UiFile, Promise<Packed>>();

/** Answers with a file of the web UI; a browser that has it gets 304, so that an upgrade shows at once. */
export async function sendUiFile(
  { headers }: FastifyRequest,
  { reply, file }: { readonly reply: FastifyReply; readonly file: UiFile },
): Promise<FastifyReply> {
  const { plain, gzipped, etag } = await getPacked(file);
  void reply
    .type(TYPES[file])
    .header('cache-control', 'no-cache')
    .header('vary', 'accept, accept-encoding')
    .header('etag', etag);
  if (headers['if-none-match'] === etag) return reply.code(304).send();
  if (headers['accept-encoding']?.includes('gzip') !== true) return reply.send(plain);
  return reply.header('content-encoding', 'gzip').send(gzipped);
}

function getPacked(file: UiFile): Promise<Packed> {
  let reading = packed.get(file);
  if (!reading) {
    reading = pack(file);
    // One that was not built yet is looked for again.
    reading.catch(() => packed.delete(file));
    packed.set(file, reading);
  }
  return reading;
}

async function pack(file: UiFile): Promise<Packed> {
  try {
    const plain = await readFile(new URL(file, FOLDER));
    const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 16);
    return { plain, gzipped: await promisify(gzip)(plain), etag: `W/"${hash}"` };
  } catch {
    throw new ApiError(
      503,
      'ui_not_built',
      `Cannot read ${file} of the web UI: expected it built with npm run build`,
    );
  }
}
