import { scoreOf } from '../anomalies/severity.ts';
import type { Judgement } from '../model/judgement.ts';

/** One entry per row after the learned ones, in the order of the input. */
export interface BacktestRows {
  readonly value: Float64Array;
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 0..1. */
  readonly score: Float64Array;
  /** 1 from the row at which an episode was opened to its close. */
  readonly flag: Uint8Array;
  /** Index of the column that deviates most, for a frame of several columns. */
  readonly topColumn?: Uint16Array;
}

/** What says of the latest row how it was judged. */
export interface Judged {
  readonly last: Readonly<Judgement>;
  readonly top: () => number;
}

/** Rows to be written, all 0. */
export function emptyRows(length: number, columns: number): BacktestRows {
  return {
    value: new Float64Array(length),
    expected: new Float64Array(length),
    lower: new Float64Array(length),
    upper: new Float64Array(length),
    score: new Float64Array(length),
    flag: new Uint8Array(length),
    ...(columns > 1 && { topColumn: new Uint16Array(length) }),
  };
}

/** Writes one row: the latest judgement, and for several columns which of them deviates most. Fills `rows`. */
export function writeRow(rows: BacktestRows, at: number, { last, top }: Judged): void {
  rows.value[at] = last.value;
  rows.expected[at] = last.expected;
  rows.lower[at] = last.lower;
  rows.upper[at] = last.upper;
  rows.score[at] = scoreOf(last.ratio);
  rows.flag[at] = last.flagged ? 1 : 0;
  if (rows.topColumn) rows.topColumn[at] = top();
}
