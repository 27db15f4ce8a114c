import type { Cache } from '../store/cache.ts';

/** An answer that another process may have made stale is shown for no longer than this. */
const TTL_MS = 1000;

/**
 * An answer kept for a second, for those that count many rows: statistics, models, series. Anomalies by id
 * and by page are quicker asked than remembered. A write drops its group at once, in every process with Redis.
 */
export async function remembered<Answer>(
  cache: Cache,
  { group, key }: { readonly group: string; readonly key: unknown },
  load: () => Promise<Answer>,
): Promise<Answer> {
  let fresh: Answer | undefined;
  const text = await cache.through({ group, key: JSON.stringify(key), ttlMs: TTL_MS }, async () => {
    fresh = await load();
    return JSON.stringify(fresh);
  });
  return fresh ?? JSON.parse(text);
}
