import type { Labels } from '../../core/labels.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface LabelMatcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Whether a label value fits; a label that is not there counts as ''. */
  readonly matches: (value: string) => boolean;
}

/** A matcher as in PromQL: regular expressions are anchored on both ends. Throws SyntaxError on a bad one. */
export function labelMatcher(label: string, operator: MatchOperator, value: string): LabelMatcher {
  return { label, operator, value, matches: matchFunction(operator, value) };
}

function matchFunction(operator: MatchOperator, value: string): (value: string) => boolean {
  if (operator === '=') return (found) => found === value;
  if (operator === '!=') return (found) => found !== value;
  const pattern = anchoredPattern(value);
  return operator === '=~' ? (found) => pattern.test(found) : (found) => !pattern.test(found);
}

/** Go's `(?i)` at the start is a flag here, and its `(?P<name>` a plain `(?<name>`. */
export function anchoredPattern(given: string): RegExp {
  const source = given.replaceAll('(?P<', '(?<');
  const [, flags = '', rest = ''] = /^(?:\(\?([is]+)\))?(.*)$/s.exec(source) ?? [];
  return new RegExp(`^(?:${rest})$`, `${[...new Set(`${flags}s`)].join('')}u`);
}

/** Whether a series fits all matchers; `__name__` is its name. */
export function matchesAll(
  matchers: readonly LabelMatcher[],
  series: { readonly name: string; readonly labels: Labels },
): boolean {
  return matchers.every(({ label, matches }) =>
    matches(label === '__name__' ? series.name : (series.labels[label] ?? '')),
  );
}
