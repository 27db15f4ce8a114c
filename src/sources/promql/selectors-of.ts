import type { Expression } from './expression.ts';
import type { LabelMatcher } from './label-matcher.ts';

/** The selectors in an expression: where its samples come from. */
export function selectorsOf(expression: Expression): readonly (readonly LabelMatcher[])[] {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return [];
    case 'selector':
      return [expression.matchers];
    case 'window':
      return selectorsOf(expression.of);
    case 'binary':
      return [...selectorsOf(expression.left), ...selectorsOf(expression.right)];
    case 'negation':
    case 'aggregation':
      return selectorsOf(expression.argument);
    case 'call':
      return expression.args.flatMap(selectorsOf);
    default:
      return expression satisfies never;
  }
}
