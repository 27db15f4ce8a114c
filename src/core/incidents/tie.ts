import type { CoMovement } from '../correlation/co-movement.ts';
import type { Labels } from '../labels.ts';

/** What two anomalies of one trouble share. */
export type Trait =
  | { readonly kind: 'series' }
  /** The labels that name what both were measured on; all of them where none names an entity. */
  | { readonly kind: 'entity'; readonly labels: Labels }
  | { readonly kind: 'label'; readonly labels: Labels }
  /** Their series moved together in the past: see coMovementOf. */
  | ({ readonly kind: 'correlation' } & CoMovement);

/** Why an anomaly joined one that was there before it. */
export type Tie = Trait & {
  /** Id of that one. */
  readonly anomalyId: number;
};

/** Two anomalies whose series moved together in the past. */
export interface LearnedTie extends CoMovement {
  readonly earlierId: number;
  readonly laterId: number;
}
