import type { LabelMatcher } from './label-matcher.ts';

/** The part of PromQL that the embedded collector evaluates, as a tree. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'selector'; readonly matchers: readonly LabelMatcher[] }
  | RangeCall
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly argument: Expression;
      readonly bounds: readonly Expression[];
    }
  | { readonly kind: 'negation'; readonly argument: Expression }
  | Aggregation
  | Binary;

/** A function over the samples of a window, `rate(x[5m])`. */
export interface RangeCall {
  readonly kind: 'range-call';
  readonly name: string;
  readonly matchers: readonly LabelMatcher[];
  readonly rangeMs: number;
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly grouping: Grouping;
  readonly argument: Expression;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  /** Labels that decide which series go together; undefined: all. */
  readonly matching: Grouping | undefined;
  /** A comparison gives 0 or 1 instead of leaving out. */
  readonly bool: boolean;
}

/** Labels to keep (`by`, `on`) or to leave out (`without`, `ignoring`). */
export interface Grouping {
  readonly keep: boolean;
  readonly labels: readonly string[];
}
