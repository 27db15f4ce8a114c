import type { Expression } from './expression.ts';
import type { LabelMatcher } from './label-matcher.ts';

/** The selectors in an expression: where its samples come from. */
export function selectorsOf(expression: Expression): readonly (readonly LabelMatcher[])[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'selector':
    case 'range-call':
      return [expression.matchers];
    case 'binary':
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)];
    case 'negation':
    case 'aggregation':
      return selectorsOf(expression.argument);
    case 'call':
      return [expression.argument, ...expression.bounds].flatMap(selectorsOf);
    default:
      return expression satisfies never;
  }
}
