import type { Labels } from '../../core/labels.ts';
import { STALE_HIGH, STALE_LOW } from '../promql/staleness.ts';
import { GorillaEncoder } from './gorilla.ts';
import type { NewRawSeries, RawMetricType } from './sample-storage.ts';

/** A chunk holds the samples of one block of two hours. */
export const BLOCK_MS = 2 * 3_600_000;
/** Closed chunks that wait for the database: two days, then the oldest goes. */
const MOST_WAITING = 24;

export interface HeldChunk {
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly bytes: Uint8Array;
  /** In the database too. */
  stored: boolean;
}

/** One collected series with its newest samples, packed: an open chunk and the closed ones before it. */
export class HeldSeries implements NewRawSeries {
  readonly name: string;
  readonly labels: Labels;
  readonly metricType: RawMetricType;
  readonly help: string;
  /** In the database; undefined until it is there. */
  id: number | undefined;
  /** Time of the newest sample, wherever it is. */
  lastMs = -Infinity;
  /** Time of the newest sample in a chunk of the database. */
  storedUntilMs = -Infinity;
  /** Time of the newest sample that is only in the database. */
  evictedUntilMs = -Infinity;
  #open: GorillaEncoder | undefined;
  #closed: HeldChunk[] = [];

  constructor(series: NewRawSeries) {
    this.name = series.name;
    // Fresh strings: those of a scraped page would keep the whole page in memory.
    this.labels = structuredClone(series.labels);
    this.metricType = series.metricType;
    this.help = series.help;
  }

  /** False, and nothing appended, when the sample is not newer than the last one. */
  append(timeMs: number, value: number): boolean {
    if (timeMs <= this.lastMs) return false;
    this.#chunkFor(timeMs).append(timeMs, value);
    this.lastMs = timeMs;
    return true;
  }

  /** append() of a double by its two words. */
  appendBits(timeMs: number, high: number, low: number): boolean {
    if (timeMs <= this.lastMs) return false;
    this.#chunkFor(timeMs).appendBits(timeMs, high, low);
    this.lastMs = timeMs;
    return true;
  }

  /** The series is not exposed any more. */
  markStale(timeMs: number): boolean {
    return this.appendBits(timeMs, STALE_HIGH, STALE_LOW);
  }

  /** Closes what ends before `cutMs` and gives the closed chunks that are not stored. */
  closeBefore(cutMs: number): readonly HeldChunk[] {
    if (this.#open && this.#open.endMs < cutMs) this.#close();
    return this.#closed.filter(({ stored, endMs }) => !stored && endMs < cutMs);
  }

  /** Lets go of stored chunks that end before `timeMs`. */
  evictBefore(timeMs: number): void {
    this.#closed = this.#closed.filter((chunk) => {
      if (!chunk.stored || chunk.endMs >= timeMs) return true;
      this.evictedUntilMs = Math.max(this.evictedUntilMs, chunk.endMs);
      return false;
    });
  }

  /** All chunks held, oldest first. */
  chunks(): readonly Omit<HeldChunk, 'stored'>[] {
    if (!this.#open) return [...this.#closed];
    const { startMs, endMs, samples } = this.#open;
    return [...this.#closed, { startMs, endMs, samples, bytes: this.#open.bytes() }];
  }

  #chunkFor(timeMs: number): GorillaEncoder {
    if (this.#open && blockOf(this.#open.startMs) !== blockOf(timeMs)) this.#close();
    this.#open ??= new GorillaEncoder();
    return this.#open;
  }

  #close(): void {
    if (!this.#open) return;
    const { startMs, endMs, samples } = this.#open;
    this.#closed.push({ startMs, endMs, samples, bytes: this.#open.bytes(), stored: false });
    this.#open = undefined;
    if (this.#closed.length > MOST_WAITING) this.#closed.shift();
  }
}

function blockOf(timeMs: number): number {
  return Math.floor(timeMs / BLOCK_MS);
}
