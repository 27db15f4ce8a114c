import type { Detector } from '../detectors/detector.ts';

/** One detector's fitted part: what a model row of the database holds. */
export interface FittedDetector {
  /** Detector kind: `zscore`, `seasonal`, `isolation_forest`. */
  readonly kind: string;
  /** Versioned binary snapshot. */
  readonly snapshot: Uint8Array;
  /** Parameters for people: plain numbers and strings. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Figures of the fit: samples, span, error and the like. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** The fitted parts in force, without detectors that have none. */
export function fittedParts(detectors: readonly Detector[]): FittedDetector[] {
  return detectors.flatMap((detector) => {
    const snapshot = detector.snapshot();
    return snapshot ? [{ kind: detector.kind, snapshot, ...detector.describe() }] : [];
  });
}

/** Lets the detector of its kind take over a fitted part. RangeError when it cannot be read. */
export function adoptPart(
  detectors: readonly Detector[],
  { kind, snapshot }: Pick<FittedDetector, 'kind' | 'snapshot'>,
): void {
  const detector = detectors.find((candidate) => candidate.kind === kind);
  if (!detector) {
    throw new RangeError(
      `Cannot adopt a model of kind "${kind}": expected zscore, seasonal or isolation_forest`,
    );
  }
  detector.restore(snapshot);
}
