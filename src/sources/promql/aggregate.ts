import { labelsKey } from '../../core/labels.ts';
import { type Column, emptyColumn, labelsOnly, labelsWithout } from './columns.ts';
import type { Grouping } from './expression.ts';

/** Takes one more value into what is gathered of `count` values (0: none yet). */
type Gather = (gathered: number, value: number, count: number) => number;

const add: Gather = (gathered, value) => gathered + value;

/** Operators over the series of a group; `avg` is a sum until it is divided at the end. */
export const AGGREGATIONS: ReadonlyMap<string, Gather> = new Map<string, Gather>([
  ['sum', add],
  ['avg', add],
  ['count', (gathered) => gathered + 1],
  // NaN only when there is nothing else.
  [
    'min',
    (least, value, count) => (count === 0 || value < least || Number.isNaN(least) ? value : least),
  ],
  [
    'max',
    (most, value, count) => (count === 0 || value > most || Number.isNaN(most) ? value : most),
  ],
]);

/** One column for each group of `columns`. */
export function aggregate(
  columns: readonly Column[],
  by: { readonly operator: string; readonly grouping: Grouping },
): Column[] {
  const gather = AGGREGATIONS.get(by.operator) ?? add;
  const groups = new Map<string, { readonly column: Column; readonly counts: Uint32Array }>();
  for (const { labels, values, present } of columns) {
    const groupLabels = by.grouping.keep
      ? labelsOnly(labels, by.grouping.labels)
      : labelsWithout(labels, ['__name__', ...by.grouping.labels]);
    const key = labelsKey(groupLabels);
    let group = groups.get(key);
    if (!group) {
      const column = emptyColumn(groupLabels, values.length);
      group = { column, counts: new Uint32Array(values.length) };
      groups.set(key, group);
    }
    const { column, counts } = group;
    for (let i = 0; i < values.length; i++) {
      if (present[i] !== 1) continue;
      const count = counts[i] ?? 0;
      column.values[i] = gather(column.values[i] ?? 0, values[i] ?? Number.NaN, count);
      column.present[i] = 1;
      counts[i] = count + 1;
    }
  }
  const gathered = [...groups.values()];
  if (by.operator === 'avg') {
    for (const { column, counts } of gathered) {
      for (let i = 0; i < counts.length; i++) {
        if (column.present[i] === 1) column.values[i] = (column.values[i] ?? 0) / (counts[i] ?? 1);
      }
    }
  }
  return gathered.map(({ column }) => column);
}
