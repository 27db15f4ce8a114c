/** A labelled event of several columns with the columns that caused it. */
export interface TruthCause {
  readonly fromMs: number;
  readonly toMs: number;
  readonly columns: readonly number[];
}

export interface NamedRows {
  readonly times: Float64Array;
  readonly score: Float64Array;
  /** The column named at each row. */
  readonly topColumn: Uint16Array;
}

/** For each event that has rows: whether the column named at its highest score is one of its causes. */
export function topCauses(causes: readonly TruthCause[], rows: NamedRows): boolean[] {
  return causes.flatMap(({ fromMs, toMs, columns }) => {
    let peak = -1;
    rows.times.forEach((timeMs, row) => {
      if (timeMs < fromMs || timeMs > toMs) return;
      if (peak < 0 || rows.score[row] > rows.score[peak]) peak = row;
    });
    return peak < 0 ? [] : [columns.includes(rows.topColumn[peak])];
  });
}
