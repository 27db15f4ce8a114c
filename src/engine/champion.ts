import { loadTrialStates, type TrialState } from '../store/checkpoints-table.ts';
import type { Queryable } from '../store/database.ts';
import { listHeldSeries } from '../store/models-table.ts';
import type { LiveSeries } from './live-series.ts';
import type { TrainingOutcome } from './workers/training-task.ts';

/** What must be known of versions in force before new ones may take their place. */
export interface Champions {
  /** Learned states from which both judge the same past, by series id. */
  readonly trials: ReadonlyMap<number, TrialState>;
  /** Series of which a person put a version in force. */
  readonly held: ReadonlySet<number>;
}

export interface Verdict {
  /** Whether the new version takes the place of the one in force. */
  readonly wins: boolean;
  /** For people, the rest of a sentence. */
  readonly why: string;
}

export async function readChampions(
  series: readonly LiveSeries[],
  db: Queryable,
): Promise<Champions> {
  const ids = series.map(({ id }) => id);
  const [trials, held] = await Promise.all([loadTrialStates(db, ids), listHeldSeries(db, ids)]);
  return { trials: new Map(trials.map((trial) => [trial.seriesId, trial])), held };
}

/**
 * A new version must not raise more false alarms on the recent past than the one in force; where a person chose that one
 * (`held`), it must raise fewer.
 */
export function verdictOn(
  { detectors, comparison }: TrainingOutcome,
  { held }: { readonly held: boolean },
): Verdict {
  if (detectors.length === 0) {
    const why = 'anomalies and planned work leave too little of the past to fit on';
    return { wins: false, why };
  }
  const chosen = 'a person put the version in force';
  if (!comparison) {
    const why = 'there is no recent past to compare versions on';
    return held ? { wins: false, why: `${chosen}, and ${why}` } : { wins: true, why };
  }
  const ours = comparison.challenger.falseAlarms;
  const theirs = comparison.champion.falseAlarms;
  const why = `on the recent past the new version raises ${ours} false alarms, the one in force ${theirs}`;
  if (!held) return { wins: ours <= theirs, why };
  return ours < theirs ? { wins: true, why } : { wins: false, why: `${chosen}, and ${why}` };
}

/** What a model row keeps of how its version was judged. */
export function comparisonMetrics({ comparison }: TrainingOutcome, { wins, why }: Verdict) {
  const figures = comparison && {
    from: iso(comparison.fromMs),
    until: iso(comparison.untilMs),
    samples: comparison.samples,
    challenger: figuresOf(comparison.challenger),
    champion: figuresOf(comparison.champion),
  };
  return { ...figures, decision: wins ? 'challenger' : 'champion', why };
}

function figuresOf({ falseAlarms, falseSamples }: { falseAlarms: number; falseSamples: number }) {
  return { false_alarms: falseAlarms, false_samples: falseSamples };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
