import { type Labels, labelsKey } from '../../core/labels.ts';
import { type Column, emptyColumn, labelsOnly, labelsWithout, put } from './columns.ts';
import type { Grouping } from './expression.ts';
import { quantileOfValues } from './quantile-of-values.ts';
import { varianceOf } from './variance.ts';

/** The value of one group at one step: of at least one value, and of the number that goes with the operator. */
type Gather = (values: Float64Array, parameter: number) => number;

interface Aggregator {
  readonly takesParameter: boolean;
  /** Undefined: it chooses series instead of making one of each group. */
  readonly gather?: Gather;
}

const plain = (gather: Gather): Aggregator => ({ takesParameter: false, gather });

/** Operators over the series of a group. */
export const AGGREGATIONS: ReadonlyMap<string, Aggregator> = new Map<string, Aggregator>([
  ['sum', plain(sumOf)],
  ['avg', plain((values) => sumOf(values) / values.length)],
  ['count', plain((values) => values.length)],
  ['group', plain(() => 1)],
  ['min', plain((values) => extreme(values, (value, best) => value < best))],
  ['max', plain((values) => extreme(values, (value, best) => value > best))],
  ['stdvar', plain(varianceOf)],
  ['stddev', plain((values) => Math.sqrt(varianceOf(values)))],
  ['quantile', { takesParameter: true, gather: quantileOfValues }],
  ['topk', { takesParameter: true }],
  ['bottomk', { takesParameter: true }],
]);

export interface AggregationRule {
  readonly operator: string;
  readonly grouping: Grouping;
  /** At each step. */
  readonly parameter: Float64Array;
}

/** One column for each group of `columns`; with topk and bottomk those columns that are chosen, best first. */
export function aggregate(columns: readonly Column[], rule: AggregationRule): Column[] {
  const groups = new Map<string, { readonly labels: Labels; readonly members: Column[] }>();
  for (const column of columns) {
    const labels = rule.grouping.keep
      ? labelsOnly(column.labels, rule.grouping.labels)
      : labelsWithout(column.labels, ['__name__', ...rule.grouping.labels]);
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, members: [] };
    group.members.push(column);
    groups.set(key, group);
  }
  const gather = AGGREGATIONS.get(rule.operator)?.gather;
  return [...groups.values()].flatMap(({ labels, members }) =>
    gather ? [gathered(members, { labels, gather, rule })] : chosen(members, rule),
  );
}

function gathered(
  members: readonly Column[],
  how: { readonly labels: Labels; readonly gather: Gather; readonly rule: AggregationRule },
): Column {
  const count = members[0]?.values.length ?? 0;
  const column = emptyColumn(how.labels, count);
  const room = new Float64Array(members.length);
  for (let step = 0; step < count; step++) {
    let found = 0;
    for (const { values, present } of members) {
      if (present[step] === 1) room[found++] = values[step] ?? Number.NaN;
    }
    if (found === 0) continue;
    put(column, step, how.gather(room.subarray(0, found), how.rule.parameter[step] ?? Number.NaN));
  }
  return column;
}

/** At each step the members with the highest or lowest values; NaN come last. */
function chosen(members: readonly Column[], { operator, parameter }: AggregationRule): Column[] {
  const sign = operator === 'topk' ? -1 : 1;
  const kept = members.map(({ labels, values }) => emptyColumn(labels, values.length));
  let order = members.map((_, member) => member);
  for (let step = 0; step < parameter.length; step++) {
    const valueOf = (member: number) => members[member]?.values[step] ?? Number.NaN;
    const there = members.flatMap(({ present }, member) => (present[step] === 1 ? [member] : []));
    there.sort((a, b) => compare(valueOf(a), valueOf(b), sign));
    const most = Math.max(0, Math.trunc(parameter[step] ?? 0));
    for (const member of there.slice(0, most)) {
      const column = kept[member];
      if (column) put(column, step, valueOf(member));
    }
    order = there;
  }
  // The order of the last step, which is the only one of an instant query.
  const rest = members.map((_, member) => member).filter((member) => !order.includes(member));
  return [...order, ...rest].flatMap((member) => kept[member] ?? []);
}

/** Ascending with sign 1, descending with −1; NaN last. */
export function compare(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** NaN only when there is nothing else. */
function extreme(values: Float64Array, better: (value: number, best: number) => boolean): number {
  let best = Number.NaN;
  for (const value of values) if (Number.isNaN(best) || better(value, best)) best = value;
  return best;
}
