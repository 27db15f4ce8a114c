import type { Exposition } from './exposition.ts';

/** Something that samples are taken from regularly: this machine, or a scraped target. */
export interface Origin {
  readonly name: string;
  readonly intervalMs: number;
  readonly take: (signal: AbortSignal) => Promise<Exposition>;
}
