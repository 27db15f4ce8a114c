import type { CsvOptions } from './read-csv.ts';

/** A change that someone declared: a deployment, a flag, maintenance. */
export interface DeclaredEvent {
  readonly startMs: number;
  /** Equals `startMs` where the file names no end. */
  readonly endMs: number;
  readonly kind: string;
  readonly title: string;
}

/** Reads `timestamp,kind,title[,end]`, oldest first. */
export function readEvents(path: string, options: CsvOptions = {}): Promise<DeclaredEvent[]> {
  throw new Error(`not yet ${path} ${options.zone}`);
}
