import type { Queryable } from './database.ts';
import { isoTime } from './parameters.ts';

/** Longer than any signature is good for. */
const KEPT_MS = 3_600_000;

/** Keeps that a signed request was taken; false when it was before. */
export async function takeReceipt(
  db: Queryable,
  signature: string,
  nowMs: number,
): Promise<boolean> {
  await db.query('delete from hook_receipts where at < $1', [isoTime(nowMs - KEPT_MS)]);
  const rows = await db.query(
    'insert into hook_receipts (signature, at) values ($1, $2) on conflict do nothing returning at',
    [signature, isoTime(nowMs)],
  );
  return rows.length > 0;
}
