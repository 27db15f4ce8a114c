import type { Frame } from '../../core/frame.ts';

export interface CsvOptions {
  /** Zone of ISO timestamps that name none; default UTC. */
  readonly zone?: string;
}

export interface CsvFrame {
  /** Value columns in the order of the file; a `label` column is left out. */
  readonly frame: Frame;
  /** Unix seconds of a row as text: exactly as in the file where it holds unix seconds. */
  stampAt(row: number): string;
}

/** Reads a CSV file. Throws CsvError, which names file, line and column. */
export function readCsv(path: string, options: CsvOptions = {}): Promise<CsvFrame> {
  throw new Error(`not yet ${path} ${options.zone}`);
}
