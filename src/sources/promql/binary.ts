import type { Labels } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';
import {
  type Column,
  emptyColumn,
  labelsOnly,
  labelsWithout,
  uniteColumns,
  type Value,
  withoutName,
} from './columns.ts';
import type { Binary, Grouping } from './expression.ts';
import { OPERATORS, type Operator } from './operators.ts';

/** Gives a value, or undefined where a comparison leaves out. */
type Combine = (left: number, right: number) => number | undefined;

/** An operator between numbers, a number and series, or series one to one. */
export function applyBinary(expression: Binary, left: Value, right: Value): Value {
  const operator = OPERATORS.get(expression.operator);
  if (!operator)
    throw new RangeError(`Cannot apply operator ${expression.operator}: it is unknown`);
  const numbers = typeof left === 'number' && typeof right === 'number';
  if (numbers && operator.kind === 'comparison' && !expression.bool) {
    throw new SourceError(
      'rejected',
      `Cannot evaluate ${left} ${expression.operator} ${right}: numbers are compared with bool`,
    );
  }
  const keepsName = operator.kind === 'comparison' && !expression.bool;
  const combine = combineFunction(operator, {
    bool: expression.bool,
    keepRight: typeof left === 'number',
  });
  if (typeof left === 'number') {
    return typeof right === 'number'
      ? (combine(left, right) ?? Number.NaN)
      : mapColumns(right, keepsName, (value) => combine(left, value));
  }
  if (typeof right === 'number')
    return mapColumns(left, keepsName, (value) => combine(value, right));
  return matchOneToOne(left, right, { combine, matching: expression.matching });
}

/** Each value through `apply`; the name goes unless it is kept. */
export function mapColumns(
  columns: readonly Column[],
  keepsName: boolean,
  apply: (value: number) => number | undefined,
): Column[] {
  const mapped = columns.map((column) => {
    const to = emptyColumn(column.labels, column.values.length);
    for (let i = 0; i < column.values.length; i++) {
      if (column.present[i] === 1) put(to, i, apply(column.values[i] ?? Number.NaN));
    }
    return to;
  });
  if (keepsName) return mapped;
  return [...uniteColumns(mapped, withoutName, 'several series have the same labels').values()];
}

function combineFunction(
  operator: Operator,
  { bool, keepRight }: { readonly bool: boolean; readonly keepRight: boolean },
): Combine {
  if (operator.kind === 'arithmetic') return operator.apply;
  if (bool) return (left, right) => Number(operator.apply(left, right));
  return (left, right) => {
    if (!operator.apply(left, right)) return undefined;
    return keepRight ? right : left;
  };
}

/** The pairs of equal labels; their name goes. */
function matchOneToOne(
  left: readonly Column[],
  right: readonly Column[],
  rule: { readonly combine: Combine; readonly matching: Grouping | undefined },
): Column[] {
  const complaint = 'several series of one side have the same labels to match';
  const labelsOf = (labels: Labels) => matchLabels(labels, rule.matching);
  const rights = uniteColumns(right, labelsOf, complaint);
  const matched: Column[] = [];
  for (const [key, { labels, values, present }] of uniteColumns(left, labelsOf, complaint)) {
    const other = rights.get(key);
    if (!other) continue;
    const column = emptyColumn(labels, values.length);
    for (let i = 0; i < values.length; i++) {
      if (present[i] !== 1 || other.present[i] !== 1) continue;
      put(column, i, rule.combine(values[i] ?? Number.NaN, other.values[i] ?? Number.NaN));
    }
    matched.push(column);
  }
  return matched;
}

function matchLabels(labels: Labels, matching: Grouping | undefined): Labels {
  if (!matching) return withoutName(labels);
  return matching.keep
    ? labelsOnly(labels, matching.labels)
    : labelsWithout(labels, ['__name__', ...matching.labels]);
}

function put(column: Column, at: number, value: number | undefined): void {
  if (value === undefined) return;
  column.values[at] = value;
  column.present[at] = 1;
}
