import type { Silence } from '../../contract/silence.ts';
import type { StoredSilence } from '../../store/silences-table.ts';
import { iso } from './iso.ts';

export function silenceOf(row: StoredSilence, nowMs: number): Silence {
  const going = row.startsAtMs > nowMs ? 'pending' : 'active';
  return {
    id: row.id,
    matchers: row.matchers.map(({ name, op, value }) => ({ name, op, value })),
    starts_at: iso(row.startsAtMs),
    ends_at: iso(row.endsAtMs),
    status: row.endsAtMs <= nowMs ? 'expired' : going,
    comment: row.comment,
    created_by: row.createdBy,
    created_at: iso(row.createdAtMs),
    expired_by: row.expiredBy,
  };
}
