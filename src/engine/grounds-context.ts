import { type Background, CONTRIBUTIONS, type Grounds } from '../core/anomalies/contribution.ts';

/** Why an anomaly was judged as it was, as its context keeps it. */
export function groundsContext({ contributions, background, pastWeeks }: Grounds) {
  const all = contributions.reduce((sum, { ratio }) => sum + ratio, 0);
  return {
    contributions: contributions.map(({ name, ratio, features }) => ({
      name,
      ...told(name),
      ratio: shortened(ratio),
      share: shortened(ratio / all),
      ...(features && {
        features: features.map((feature) => ({ ...feature, share: shortened(feature.share) })),
      }),
    })),
    ...backgroundContext(background),
    ...(pastWeeks.length > 0 && {
      past_weeks: pastWeeks.map((value, i) => ({ weeks_ago: i + 1, value })),
    }),
  };
}

/** How well a series was known, as the context of its anomaly keeps it. */
export function backgroundContext(background: Background) {
  const { learnedSinceMs, samples, coverage, gaps, longestGapMs } = background;
  return {
    training: { since: new Date(learnedSinceMs).toISOString(), samples },
    data_quality: {
      coverage: shortened(coverage),
      gaps,
      longest_gap_seconds: longestGapMs / 1000,
    },
  };
}

const MEANINGS: Readonly<Record<string, { readonly detector: string; readonly meaning: string }>> =
  CONTRIBUTIONS;

/** A condition is its own detector. */
function told(name: string): { detector: string; meaning: string } {
  return MEANINGS[name] ?? { detector: name, meaning: name.replaceAll('_', ' ') };
}

/** Four digits: more are noise. */
function shortened(value: number): number {
  return Number(value.toPrecision(4));
}
