import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export interface Signature {
  readonly secret: string;
  /** As the request has it. */
  readonly signature: unknown;
}

/** Whether `signature` (`sha256=` and the hex HMAC) is that of the body as it arrived; takes the same time for every wrong one. */
export function isSigned(body: Uint8Array, { secret, signature }: Signature): boolean {
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const given = Buffer.from(typeof signature === 'string' ? signature : '');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

/** Whether a header `Authorization` is `Bearer` and the secret; takes the same time for every wrong one. */
export function isBearer(authorization: unknown, secret: string): boolean {
  if (typeof authorization !== 'string') return false;
  const [, token = ''] = /^bearer (.+)$/i.exec(authorization) ?? [];
  return timingSafeEqual(digestOf(token), digestOf(secret));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
