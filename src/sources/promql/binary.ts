import type { Labels } from '../../core/labels.ts';
import { labelsKey } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';
import {
  type Column,
  emptyColumn,
  isScalar,
  labelsOnly,
  labelsWith,
  labelsWithout,
  put,
  uniteColumns,
  type Value,
  withoutName,
} from './columns.ts';
import type { Binary, Grouping, ManySide } from './expression.ts';
import { OPERATORS, type Operator } from './operators.ts';

/** Gives a value, or undefined where a comparison leaves out. */
type Combine = (left: number, right: number) => number | undefined;

/** An operator between numbers, a number and series, or series that go together. */
export function applyBinary(expression: Binary, left: Value, right: Value): Value {
  const operator = OPERATORS.get(expression.operator);
  if (!operator)
    throw new RangeError(`Cannot apply operator ${expression.operator}: it is unknown`);
  if (isScalar(left) && isScalar(right) && operator.kind === 'comparison' && !expression.bool) {
    throw new SourceError(
      'rejected',
      `Cannot evaluate ${left[0]} ${expression.operator} ${right[0]}: numbers are compared with bool`,
    );
  }
  const keepsName = operator.kind === 'comparison' && !expression.bool;
  const combine = combineFunction(operator, {
    bool: expression.bool,
    keepRight: isScalar(left),
  });
  if (isScalar(left)) {
    if (isScalar(right)) {
      return left.map((value, step) => combine(value, right[step] ?? Number.NaN) ?? Number.NaN);
    }
    return mapColumns(right, keepsName, (value, step) => combine(left[step] ?? Number.NaN, value));
  }
  if (isScalar(right)) {
    return mapColumns(left, keepsName, (value, step) => combine(value, right[step] ?? Number.NaN));
  }
  const rule = { combine, matching: expression.matching, keepsName };
  return expression.many
    ? matchManyToOne(left, right, { ...rule, many: expression.many })
    : matchOneToOne(left, right, rule);
}

/** Each value through `apply`; the name goes unless it is kept. */
export function mapColumns(
  columns: readonly Column[],
  keepsName: boolean,
  apply: (value: number, step: number) => number | undefined,
): Column[] {
  const mapped = columns.map((column) => {
    const to = emptyColumn(column.labels, column.values.length);
    for (let i = 0; i < column.values.length; i++) {
      if (column.present[i] === 1) put(to, i, apply(column.values[i] ?? Number.NaN, i));
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

interface MatchRule {
  readonly combine: Combine;
  readonly matching: Grouping | undefined;
  readonly keepsName: boolean;
}

const SEVERAL = 'several series of one side have the same labels to match';

/** The pairs of equal labels; their name goes. */
function matchOneToOne(
  left: readonly Column[],
  right: readonly Column[],
  rule: MatchRule,
): Column[] {
  const labelsOf = (labels: Labels) => matchLabels(labels, rule.matching);
  const rights = uniteColumns(right, labelsOf, SEVERAL);
  const matched: Column[] = [];
  for (const [key, column] of uniteColumns(left, labelsOf, SEVERAL)) {
    const other = rights.get(key);
    if (other) matched.push(combined(column, other, rule.combine));
  }
  return matched;
}

/** Every series of the many side with the one of the other side; the labels are those of the many side. */
function matchManyToOne(
  left: readonly Column[],
  right: readonly Column[],
  rule: MatchRule & { readonly many: ManySide },
): Column[] {
  const { side, include } = rule.many;
  const labelsOf = (labels: Labels) => matchLabels(labels, rule.matching);
  const [many, one] = side === 'left' ? [left, right] : [right, left];
  const ones = uniteColumns(one, labelsOf, SEVERAL);
  const full = new Map(one.map(({ labels }) => [labelsKey(labelsOf(labels)), labels]));
  const combine: Combine =
    side === 'left' ? rule.combine : (value, other) => rule.combine(other, value);
  const matched: Column[] = [];
  for (const column of many) {
    const key = labelsKey(labelsOf(column.labels));
    const other = ones.get(key);
    if (!other) continue;
    const own = rule.keepsName ? column.labels : withoutName(column.labels);
    const labels = include.reduce<Labels>(
      (all, name) => labelsWith(all, name, full.get(key)?.[name] ?? ''),
      own,
    );
    matched.push(combined({ ...column, labels }, other, combine));
  }
  return [...uniteColumns(matched, (labels) => labels, SEVERAL).values()];
}

function combined({ labels, values, present }: Column, other: Column, combine: Combine): Column {
  const column = emptyColumn(labels, values.length);
  for (let i = 0; i < values.length; i++) {
    if (present[i] !== 1 || other.present[i] !== 1) continue;
    put(column, i, combine(values[i] ?? Number.NaN, other.values[i] ?? Number.NaN));
  }
  return column;
}

/** The labels that decide which series go together. */
export function matchLabels(labels: Labels, matching: Grouping | undefined): Labels {
  if (!matching) return withoutName(labels);
  return matching.keep
    ? labelsOnly(labels, matching.labels)
    : labelsWithout(labels, ['__name__', ...matching.labels]);
}
