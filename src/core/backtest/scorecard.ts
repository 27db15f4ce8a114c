import { quantile } from '../stats/quantile.ts';
import { type EventRates, eventRates } from './event-metrics.ts';
import type { FileFigures } from './score-file.ts';

/** The figures of files of one make; NaN where none of them says anything about it. */
export interface GroupFigures extends EventRates {
  readonly files: number;
  readonly events: number;
  /** Mean over the files. */
  readonly vusPr: number;
  readonly falseAlarms: number;
  /** Of each file and day without a labelled event. */
  readonly falseAlarmsPerDay: number;
  readonly medianDelayMs: number;
  /** Share of the events with known causes in which the column named first is one, 0..1. */
  readonly topCause: number;
}

/** The figures of a group: events and false alarms of all its files are counted together. */
export function groupFigures(files: readonly FileFigures[]): GroupFigures {
  const sum = (pick: (file: FileFigures) => number): number =>
    files.reduce((total, file) => total + pick(file), 0);
  const events = sum((file) => file.events);
  const falseAlarms = sum((file) => file.falseAlarms);
  const delays = Float64Array.from(files.flatMap((file) => file.delaysMs));
  const causes = files.flatMap((file) => file.topCauses);
  return {
    files: files.length,
    events,
    falseAlarms,
    ...eventRates({ events, falseAlarms, detected: sum((file) => file.detected) }),
    vusPr: mean(files.map((file) => file.vusPr)),
    falseAlarmsPerDay: falseAlarms / sum((file) => file.quietDays),
    medianDelayMs: quantile(delays, 0.5),
    topCause: causes.filter(Boolean).length / causes.length,
  };
}

/** What groups have in common. */
export type MeanFigures = EventRates & Pick<GroupFigures, 'vusPr' | 'falseAlarmsPerDay'>;

/** Means over groups, each of one weight whatever its size. */
export function meanFigures(groups: readonly GroupFigures[]): MeanFigures {
  return {
    vusPr: mean(groups.map((group) => group.vusPr)),
    precision: mean(groups.map((group) => group.precision)),
    recall: mean(groups.map((group) => group.recall)),
    f1: mean(groups.map((group) => group.f1)),
    falseAlarmsPerDay: mean(groups.map((group) => group.falseAlarmsPerDay)),
  };
}

/** Mean of what is no NaN. */
function mean(values: readonly number[]): number {
  const usable = values.filter((value) => !Number.isNaN(value));
  return usable.reduce((sum, value) => sum + value, 0) / usable.length;
}
