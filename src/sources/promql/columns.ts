import { type Labels, labelsKey } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';

/** The times at which a query is evaluated: `startMs + i × stepMs` for i below `count`. */
export interface Steps {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** One series over all steps. `present[i]` is 0 where it has no value; NaN is a value. Labels hold `__name__`. */
export interface Column {
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** What an expression gives: a number, the same at each step, or series. */
export type Value = number | readonly Column[];

export function emptyColumn(labels: Labels, count: number): Column {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) };
}

export function withoutName(labels: Labels): Labels {
  return labelsWithout(labels, ['__name__']);
}

export function labelsWithout(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

export function labelsOnly(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

/**
 * Columns by their label sets. Those of one set that never have a value at the same step become one
 * column; otherwise throws SourceError `rejected` with `complaint`, as Prometheus does.
 */
export function uniteColumns(
  columns: readonly Column[],
  labelsOf: (labels: Labels) => Labels,
  complaint: string,
): Map<string, Column> {
  const united = new Map<string, Column>();
  for (const column of columns) {
    const labels = labelsOf(column.labels);
    const key = labelsKey(labels);
    const known = united.get(key);
    united.set(key, known ? merge(known, column, complaint) : { ...column, labels });
  }
  return united;
}

function merge(a: Column, b: Column, complaint: string): Column {
  const merged = { labels: a.labels, values: a.values.slice(), present: a.present.slice() };
  for (let i = 0; i < merged.values.length; i++) {
    if (b.present[i] !== 1) continue;
    if (merged.present[i] === 1) {
      throw new SourceError('rejected', `Cannot evaluate: ${complaint}: ${labelsKey(a.labels)}`);
    }
    merged.values[i] = b.values[i] ?? Number.NaN;
    merged.present[i] = 1;
  }
  return merged;
}
