import type { Redis } from 'ioredis';
import type { Cache } from './cache.ts';

export interface RedisCacheOptions {
  /** How long an answer of Redis is waited for. */
  readonly timeoutMs?: number;
  /** Told when Redis is lost and when it is back. */
  readonly onChange?: (health: 'healthy' | 'unreachable') => void;
}

const PREFIX = 'saimon:';

// A group has a generation, part of every key in it: counting it up makes the old keys unreachable, and
// their time to live removes them. One round trip gives the generation and the text.
const READ = `
  local generation = redis.call('get', KEYS[1]) or '0'
  return {generation, redis.call('get', KEYS[1] .. ':' .. generation .. ':' .. ARGV[1])}`;

/** A cache shared by several processes. Opens at once, whether or not Redis answers. */
export function createRedisCache(url: string, options: RedisCacheOptions = {}): Cache {
  const { timeoutMs = 250, onChange } = options;
  let healthy = false;
  const turn = (now: boolean): void => {
    if (healthy !== now) onChange?.(now ? 'healthy' : 'unreachable');
    healthy = now;
  };
  const connecting = connect(url, { timeoutMs, turn });
  const attempt = async <T>(work: (redis: Redis) => Promise<T>): Promise<T | undefined> => {
    const redis = await connecting;
    if (redis.status !== 'ready') return undefined;
    try {
      return await work(redis);
    } catch {
      return undefined;
    }
  };
  const read = async (
    group: string,
    key: string,
  ): Promise<readonly [string, string | null] | undefined> => {
    const found: unknown = await attempt((redis) => redis.eval(READ, 1, `${PREFIX}${group}`, key));
    if (!Array.isArray(found)) return undefined;
    const [generation, text]: readonly unknown[] = found;
    return [String(generation), typeof text === 'string' ? text : null];
  };

  return {
    kind: 'redis',
    async through({ group, key, ttlMs }, load) {
      const found = await read(group, key);
      if (found?.[1] !== undefined && found[1] !== null) return found[1];
      const text = await load();
      if (found)
        await attempt((redis) =>
          redis.set(`${PREFIX}${group}:${found[0]}:${key}`, text, 'PX', ttlMs),
        );
      return text;
    },
    async drop(group) {
      await attempt((redis) => redis.incr(`${PREFIX}${group}`));
    },
    async health() {
      return (await attempt((redis) => redis.ping())) === 'PONG' ? 'healthy' : 'unreachable';
    },
    async close() {
      (await connecting).disconnect();
    },
  };
}

interface ConnectOptions {
  readonly timeoutMs: number;
  readonly turn: (healthy: boolean) => void;
}

/** The client is loaded when a Redis is wanted: a start without one takes a tenth less. Connects in the background. */
async function connect(url: string, { timeoutMs, turn }: ConnectOptions): Promise<Redis> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    commandTimeout: timeoutMs,
    connectTimeout: 2000,
    // Without a connection a question fails at once instead of waiting for one.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  });
  redis.on('ready', () => turn(true));
  redis.on('close', () => turn(false));
  redis.on('error', () => turn(false));
  return redis;
}
