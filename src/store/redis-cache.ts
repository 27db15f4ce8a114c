import type { Cache } from './cache.ts';

export interface RedisCacheOptions {
  /** How long an answer of Redis is waited for. */
  readonly timeoutMs?: number;
  /** Told once when Redis is lost and once when it is back. */
  readonly onChange?: (health: 'healthy' | 'unreachable') => void;
}

/** A cache shared by several processes. Opens at once, whether or not Redis answers. */
export function createRedisCache(_url: string, _options: RedisCacheOptions = {}): Cache {
  throw new Error('not yet');
}
