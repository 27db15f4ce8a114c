import { DAY_MS } from '../civil-time.ts';
import type { Frame } from '../frame.ts';
import type { BacktestRows } from './backtest-rows.ts';
import { countEvents, type EventCounts } from './event-metrics.ts';
import { type NabPart, nabPart } from './nab-score.ts';
import { type TruthCause, topCauses } from './top-cause.ts';
import { type TruthWindow, truthEvents } from './truth-events.ts';
import { vusPr } from './vus-pr.ts';

/** What is known of a frame that was judged. */
export interface Truth {
  /** One per row of the frame, 1 = anomalous. */
  readonly labels: Uint8Array;
  readonly learnRows: number;
  readonly stepMs: number;
  /** Widest tolerance of VUS-PR, rows. */
  readonly vusWindow: number;
  readonly windows?: readonly TruthWindow[] | undefined;
  readonly causes?: readonly TruthCause[] | undefined;
}

/** The figures of one file. */
export interface FileFigures extends EventCounts {
  /** NaN where nothing, or everything, is labelled. */
  readonly vusPr: number;
  /** Judged days in which nothing is labelled. */
  readonly quietDays: number;
  /** One per labelled event with known causes: whether one of these was named. */
  readonly topCauses: readonly boolean[];
  /** For files with official windows. */
  readonly nab?: NabPart | undefined;
}

/** Compares what a backtest of `frame` said with what is known of it. */
export function scoreFile(frame: Frame, rows: BacktestRows, truth: Truth): FileFigures {
  const { learnRows, stepMs, windows } = truth;
  const times = frame.times.subarray(learnRows);
  const labels = truth.labels.subarray(learnRows);
  const events = truthEvents(times, labels, { stepMs, windows });
  const counts = countEvents(times, rows.flag, { events, stepMs });
  const days = (times[times.length - 1] - times[0]) / DAY_MS;
  const { score, topColumn } = rows;
  const allFlags = new Uint8Array(frame.times.length);
  allFlags.set(rows.flag, learnRows);
  return {
    ...counts,
    vusPr: vusPr(labels, score, truth.vusWindow),
    quietDays: days * counts.quietShare,
    topCauses: topColumn ? topCauses(truth.causes ?? [], { times, score, topColumn }) : [],
    nab: windows && nabPart(frame.times, allFlags, { windows, stepMs }),
  };
}
