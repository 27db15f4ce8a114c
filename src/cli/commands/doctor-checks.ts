import type { Config } from '../../app/config/config-schema.ts';
import { maskAddress } from '../../app/config/secret-keys.ts';
import { createPrometheus } from '../../app/configured-source.ts';
import { databasePlace, openDatabase } from '../../app/open-database.ts';
import { isThere } from '../../app/own-findings.ts';
import { stackFindings } from '../../app/stack-findings.ts';
import { readVersion } from '../../app/version.ts';
import { systemClock } from '../../base/clock.ts';
import { SILENT } from '../../base/logger.ts';
import type { Finding } from '../../contract/status.ts';
import { createRedisCache } from '../../store/redis-cache.ts';

/** Opens the database, which also checks the lock and applies migrations. */
export async function checkDatabase({ storage }: Config): Promise<Finding> {
  const name = 'database';
  if (storage.database_url === '' && !(await isThere(storage.data_dir))) {
    return { name, state: 'info', detail: 'none yet, made at the first start' };
  }
  try {
    const database = await openDatabase(storage, SILENT);
    await database.close();
    return { name, state: 'ok', detail: `${databasePlace(storage)} opens, tables up to date` };
  } catch (error) {
    return { name, state: 'fail', detail: messageOf(error) };
  }
}

/** Whether the source answers, and what stands around it. */
export async function checkSource(config: Config): Promise<Finding[]> {
  const { datasource_url: address } = config.reader;
  const parts = { nowMs: Date.now(), version: readVersion() };
  if (address === '') {
    const host: Finding = { name: 'source', state: 'ok', detail: 'this host, read directly' };
    return [host, ...(await stackFindings(config, parts))];
  }
  const source = createPrometheus(config);
  try {
    const { healthy, detail } = await source.health(AbortSignal.timeout(5000));
    return [
      { name: 'source', state: healthy ? 'ok' : 'fail', detail },
      ...(await stackFindings(config, { ...parts, source })),
    ];
  } catch (error) {
    return [{ name: 'source', state: 'fail', detail: messageOf(error) }];
  } finally {
    await source.close();
  }
}

export async function checkRedis({ storage }: Config): Promise<Finding> {
  const name = 'redis';
  if (storage.redis_url === '')
    return { name, state: 'ok', detail: 'not configured, the cache is in the process' };
  const cache = createRedisCache(storage.redis_url);
  try {
    let health = await cache.health();
    // It connects in the background.
    for (let round = 0; round < 20 && health !== 'healthy'; round++) {
      await systemClock.sleep(100);
      health = await cache.health();
    }
    return health === 'healthy'
      ? { name, state: 'ok', detail: maskAddress(storage.redis_url) }
      : {
          name,
          state: 'warn',
          detail: `${maskAddress(storage.redis_url)} does not answer, SAIMon is slower without it`,
        };
  } finally {
    await cache.close();
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
