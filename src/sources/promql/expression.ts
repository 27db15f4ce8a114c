import type { LabelMatcher } from './label-matcher.ts';

/** The part of PromQL that is evaluated here, as a tree. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** Only an argument of a function. */
  | { readonly kind: 'text'; readonly value: string }
  | Selector
  | Window
  | Call
  | { readonly kind: 'negation'; readonly argument: Expression }
  | Aggregation
  | Binary;

export interface Selector {
  readonly kind: 'selector';
  readonly matchers: readonly LabelMatcher[];
  /** How far it looks back: `x offset 1w`. */
  readonly offsetMs: number;
}

/** The samples of a time: of a selector, `x[5m]`, or of an expression evaluated at each step, `rate(x[5m])[1h:1m]`. */
export interface Window {
  readonly kind: 'window';
  readonly of: Expression;
  readonly rangeMs: number;
  /** Undefined where it is of a selector. */
  readonly stepMs: number | undefined;
  readonly offsetMs: number;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly grouping: Grouping;
  /** `topk(3, x)`: the 3. */
  readonly parameter: Expression | undefined;
  readonly argument: Expression;
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  /** Labels that decide which series go together; undefined: all. */
  readonly matching: Grouping | undefined;
  /** The side that may have several series to one of the other, and the labels that it takes from there. */
  readonly many: ManySide | undefined;
  /** A comparison gives 0 or 1 instead of leaving out. */
  readonly bool: boolean;
}

export interface ManySide {
  readonly side: 'left' | 'right';
  readonly include: readonly string[];
}

/** Labels to keep (`by`, `on`) or to leave out (`without`, `ignoring`). */
export interface Grouping {
  readonly keep: boolean;
  readonly labels: readonly string[];
}
