import { LRUCache } from 'lru-cache';
import type { Cache } from './cache.ts';

/** The cache of one process: at most `maxBytes` of text, the least recently used goes first. */
export function createLruCache({ maxBytes = 32 * 1024 * 1024 } = {}): Cache {
  const generations = new Map<string, number>();
  const texts = new LRUCache<string, string>({
    maxSize: maxBytes,
    sizeCalculation: (text, key) => 2 * (text.length + key.length) + 100,
  });
  return {
    kind: 'memory',
    async through({ group, key, ttlMs }, load) {
      const full = `${group}:${generations.get(group) ?? 0}:${key}`;
      const known = texts.get(full);
      if (known !== undefined) return known;
      const text = await load();
      texts.set(full, text, { ttl: ttlMs });
      return text;
    },
    async drop(group) {
      generations.set(group, (generations.get(group) ?? 0) + 1);
    },
    async health() {
      return 'healthy';
    },
    async close() {
      texts.clear();
    },
  };
}
