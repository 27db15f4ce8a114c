export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Score s at which each severity begins; anything below `low` is not anomalous. */
export type SeverityLevels = Readonly<Record<Severity, number>>;

export const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

export const DEFAULT_SEVERITY_LEVELS: SeverityLevels = {
  low: 0.7,
  medium: 0.85,
  high: 0.95,
  critical: 0.99,
};

/** Score for people, 0..1, of a deviation ratio r >= 0: s = 1 - 0.3^r, so the boundary r = 1 is 0.7. */
export function scoreOf(ratio: number): number {
  return ratio > 0 ? 1 - 0.3 ** ratio : 0;
}

/** The deviation ratio whose score is `score` (0 <= score < 1): the inverse of `scoreOf`. */
export function ratioOf(score: number): number {
  return Math.log(1 - score) / Math.log(0.3);
}

/** The severity of a score; a score below the lowest level is `low`, for its caller called it anomalous. */
export function severityOf(
  score: number,
  levels: SeverityLevels = DEFAULT_SEVERITY_LEVELS,
): Severity {
  if (score >= levels.critical) return 'critical';
  if (score >= levels.high) return 'high';
  return score >= levels.medium ? 'medium' : 'low';
}
