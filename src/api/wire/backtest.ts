import type { Backtest, BacktestReport } from '../../contract/backtest.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { type JudgedColumns, thinnedRows, unpackColumns } from '../../engine/backtest-columns.ts';
import type { BacktestPart, StoredBacktest } from '../../store/backtests-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function backtestOf(row: StoredBacktest): Backtest {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    progress: row.progress,
    request: row.request,
    error: row.error,
    created_at: iso(row.createdAtMs),
    started_at: isoOrNull(row.startedAtMs),
    ended_at: isoOrNull(row.endedAtMs),
    parts: row.parts.map(partOf),
  };
}

export interface ReportSpan {
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly points: number;
}

/** With the judged rows to draw, `packed` one for each part. */
export function reportOf(
  row: StoredBacktest,
  packed: readonly Uint8Array[],
  { startMs, endMs, points }: ReportSpan,
): BacktestReport {
  const parts = row.parts.map((part, at) => {
    const columns = unpackColumns(packed[at] ?? new Uint8Array());
    const span = { startMs: startMs ?? part.startMs, endMs: endMs ?? part.endMs };
    return {
      ...partOf(part),
      per_week: perWeek(part),
      ...drawn(columns, thinnedRows(columns, { ...span, points })),
    };
  });
  return { ...backtestOf(row), parts };
}

function partOf(part: BacktestPart): Backtest['parts'][number] {
  return {
    name: part.name,
    series_id: part.seriesId,
    labels: part.labels,
    unit: part.unit,
    learned_rows: part.learnedRows,
    judged_rows: part.judgedRows,
    flagged_rows: part.flaggedRows,
    rules: part.rules,
    start: iso(part.startMs),
    end: iso(part.endMs),
    recorded: part.recorded,
    anomalies: part.anomalies.map((one) => ({
      kind: one.kind,
      severity: one.severity,
      score: one.score,
      started_at: iso(one.startedAtMs),
      opened_at: iso(one.openedAtMs),
      ended_at: isoOrNull(one.endedAtMs),
      peak_at: iso(one.peakAtMs),
      value: one.value,
      expected: one.expected,
      sentence: one.sentence,
      planned: one.planned,
      quieted_by: one.quietedBy && {
        rule_id: one.quietedBy.ruleId,
        reason: one.quietedBy.reason,
      },
    })),
  };
}

function perWeek({ anomalies, startMs, endMs }: BacktestPart): number {
  return Number(((anomalies.length * 7 * DAY_MS) / Math.max(1, endMs - startMs)).toPrecision(2));
}

function drawn(columns: JudgedColumns, rows: readonly number[]) {
  const column = (values: Float32Array): (number | null)[] =>
    rows.map((row) => shortened(values[row]));
  return {
    times: rows.map((row) => columns.times[row] ?? 0),
    value: column(columns.value),
    expected: column(columns.expected),
    lower: column(columns.lower),
    upper: column(columns.upper),
    score: column(columns.score),
  };
}

/** Seven digits: more are noise of single precision. */
function shortened(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
}
