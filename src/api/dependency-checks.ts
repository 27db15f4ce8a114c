import type { z } from 'zod';
import type { DependencyCheck } from '../contract/health.ts';
import { ping } from '../store/ping.ts';
import type { ApiDependencies, EngineControl } from './dependencies.ts';

type Check = z.output<typeof DependencyCheck>;

const TIMEOUT_MS = 3000;
const NOT_CONFIGURED: Check = { status: 'not configured', detail: '', latency_ms: 0 };

/** Asks everything that SAIMon leans on, at once, each for at most three seconds. */
export async function checkDependencies({
  database,
  source,
  cache,
  engine,
}: Pick<ApiDependencies, 'database' | 'source' | 'cache' | 'engine'>): Promise<
  Record<string, Check>
> {
  const [databaseCheck, sourceCheck, redisCheck] = await Promise.all([
    check(async () => {
      await ping(database);
      return { healthy: true, detail: database.kind };
    }),
    check((signal) => source.health(signal)),
    cache.kind === 'redis'
      ? check(async () => {
          const health = await cache.health();
          return { healthy: health === 'healthy', detail: health };
        })
      : NOT_CONFIGURED,
  ]);
  return {
    database: databaseCheck,
    // Always named: the original's setup check looks for it.
    prometheus: NOT_CONFIGURED,
    [source.kind]: sourceCheck,
    redis: redisCheck,
    detection: detectionCheck(engine.status()),
  };
}

/** What hinders detection although everything answers, such as a query that the source refuses. */
function detectionCheck({ running, problems }: ReturnType<EngineControl['status']>): Check {
  if (!running) return NOT_CONFIGURED;
  const [first, ...others] = problems;
  if (first === undefined)
    return { status: 'healthy', detail: 'nothing hinders it', latency_ms: 0 };
  const detail = others.length === 0 ? first : `${first} (and ${others.length} more, see the log)`;
  return { status: 'unhealthy', detail, latency_ms: 0 };
}

async function check(
  ask: (signal: AbortSignal) => Promise<{ readonly healthy: boolean; readonly detail: string }>,
): Promise<Check> {
  const startMs = performance.now();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const answer = await Promise.race([ask(signal).catch(failed), silence(signal)]);
  return {
    status: answer.healthy ? 'healthy' : 'unhealthy',
    detail: answer.detail,
    latency_ms: Math.round((performance.now() - startMs) * 10) / 10,
  };
}

function failed(error: unknown): { healthy: false; detail: string } {
  return { healthy: false, detail: error instanceof Error ? error.message : String(error) };
}

function silence(signal: AbortSignal): Promise<{ healthy: false; detail: string }> {
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => resolve({ healthy: false, detail: `No answer within ${TIMEOUT_MS / 1000} s` }),
      { once: true },
    );
  });
}
