import type { Logger } from '../base/logger.ts';
import { SourceError } from '../sources/errors.ts';
import { StoreError } from '../store/errors.ts';

/** What is wrong at present, by subject: one line in the log when it begins or changes, one when it ends. */
export class Trouble {
  readonly #logger: Logger;
  readonly #problems = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get problems(): readonly string[] {
    return [...this.#problems.values()];
  }

  of(subject: string): string | null {
    return this.#problems.get(subject) ?? null;
  }

  begins(subject: string, problem: string): void {
    if (this.#problems.get(subject) === problem) return;
    const isNew = !this.#problems.has(subject);
    this.#problems.set(subject, problem);
    if (isNew) this.#logger.warn({ subject }, problem);
    else this.#logger.debug({ subject }, problem);
  }

  ends(subject: string): void {
    if (this.#problems.delete(subject)) this.#logger.info({ subject }, `Recovered: ${subject}`);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function isSourceAway(error: unknown): error is SourceError {
  return error instanceof SourceError && error.code === 'unreachable';
}

export function isDatabaseAway(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'unreachable';
}

/** Whether the source or the database as a whole does not answer: detection tells of that, and one trouble is one line. */
export function isAway(error: unknown): boolean {
  return isSourceAway(error) || isDatabaseAway(error);
}
