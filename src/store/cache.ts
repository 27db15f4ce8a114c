export interface CacheKey {
  /** What goes stale together: 'anomalies', 'models', 'series'. */
  readonly group: string;
  readonly key: string;
  readonly ttlMs: number;
}

/** Remembers ready answers (JSON text). It never throws: without it everything works, only slower. */
export interface Cache {
  readonly kind: 'memory' | 'redis';
  /** The text remembered, or what `load` gives; that is remembered unless its group was dropped meanwhile. */
  through(key: CacheKey, load: () => Promise<string>): Promise<string>;
  /** Forgets every answer of a group. */
  drop(group: string): Promise<void>;
  /** Asks it. */
  health(): Promise<'healthy' | 'unreachable'>;
  close(): Promise<void>;
}
