import type { Background, Grounds } from '../anomalies/contribution.ts';
import { EvidenceSmoothing } from '../calibration/evidence.ts';
import type { Condition } from './condition.ts';
import type { EvidencePanel } from './evidence-panel.ts';
import type { Judgement } from './judgement.ts';

export interface RatioParts {
  readonly panel: Pick<EvidencePanel, 'contributions' | 'pastWeeks'>;
  /** Evidence at which the series is anomalous. */
  readonly threshold: number;
  /** The sample's ratio without what lasts; with it, it is that of `last`. */
  readonly momentary: number;
  readonly last: Pick<Judgement, 'ratio'>;
}

/** Why a sample has its ratio: its own views, the samples smoothed with it, and that it lasts; they sum to the ratio. */
export function sampleGrounds(
  { panel, threshold, momentary, last }: RatioParts,
  background: Background,
): Grounds {
  const own = panel.contributions(EvidenceSmoothing.newest / threshold);
  const before = momentary - own.reduce((sum, part) => sum + part.ratio, 0);
  const contributions = [
    ...own,
    { name: 'samples_before', ratio: before },
    { name: 'persistence', ratio: last.ratio - momentary },
  ];
  return {
    contributions: contributions
      .filter((part) => part.ratio > 1e-9)
      .toSorted((a, b) => b.ratio - a.ratio),
    background,
    pastWeeks: panel.pastWeeks(),
  };
}

/** Why a condition has its ratio: nothing but itself. */
export function conditionGrounds(
  { kind, last }: Pick<Condition, 'kind' | 'last'>,
  background: Background,
): Grounds {
  return { contributions: [{ name: kind, ratio: last.ratio }], background, pastWeeks: [] };
}
