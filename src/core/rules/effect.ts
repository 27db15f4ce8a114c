import { type Occurrence, type QuietRule, quiets } from './rule.ts';

/** An anomaly of the past, and what is known of it. */
export interface PastOccurrence extends Occurrence {
  readonly id: number;
  /** What a person called it: true, a false alarm, or nothing. */
  readonly isConfirmed: boolean | null;
  /** Whether it raised an alert. */
  readonly alerted: boolean;
  /** Whether it fell into a recorded incident. */
  readonly inIncident: boolean;
}

/** What a rule would have done to anomalies of the past, by their ids. */
export interface RuleEffect {
  readonly compared: number;
  readonly quieted: readonly number[];
  /** Alerts that nobody would have got. */
  readonly alertsFewer: readonly number[];
  readonly falseAlarms: readonly number[];
  /** Those that a person called true. */
  readonly confirmedLost: readonly number[];
  /** Those that fell into a recorded incident. */
  readonly incidentsLost: readonly number[];
}

/** Judges the past by a rule as detection would. */
export function effectOf(rule: QuietRule, past: readonly PastOccurrence[]): RuleEffect {
  const quieted = past.filter((one) => quiets(rule, one));
  const idsWhere = (chosen: (one: PastOccurrence) => boolean): number[] =>
    quieted.filter(chosen).map(({ id }) => id);
  return {
    compared: past.length,
    quieted: idsWhere(() => true),
    alertsFewer: idsWhere(({ alerted }) => alerted),
    falseAlarms: idsWhere(({ isConfirmed }) => isConfirmed === false),
    confirmedLost: idsWhere(({ isConfirmed }) => isConfirmed === true),
    incidentsLost: idsWhere(({ inIncident }) => inIncident),
  };
}

/** Whether nothing that is known to be true would have been lost. */
export function isHarmless({ confirmedLost, incidentsLost }: RuleEffect): boolean {
  return confirmedLost.length === 0 && incidentsLost.length === 0;
}

/**
 * What should be proposed first: what loses nothing true, then what quiets most known false alarms, then what quiets
 * least else. The order of those that do the same is kept.
 */
export function byMerit(one: RuleEffect, other: RuleEffect): number {
  return (
    Number(isHarmless(other)) - Number(isHarmless(one)) ||
    other.falseAlarms.length - one.falseAlarms.length ||
    one.quieted.length - other.quieted.length
  );
}
