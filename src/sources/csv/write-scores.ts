import type { BacktestRows } from '../../core/backtest/backtest.ts';
import type { CsvFrame } from './read-csv.ts';

export interface ScoreRows {
  readonly csv: CsvFrame;
  /** Row of the input that the first row of `rows` belongs to: `learnRows`. */
  readonly firstRow: number;
  readonly rows: BacktestRows;
}

/** Writes timestamp,value,expected,lower,upper,score,flag[,top_metric], all or nothing. */
export function writeScores(path: string, scores: ScoreRows): Promise<void> {
  throw new Error(`not yet ${path} ${scores.firstRow}`);
}
