import { type Labels, labelsKey } from '../../core/labels.ts';
import type { Samples } from '../../core/series.ts';
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

/** A number at each step. */
export type Scalar = Float64Array;

/** What an expression gives. */
export type Value = Scalar | readonly Column[];

export function isScalar(value: Value): value is Scalar {
  return value instanceof Float64Array;
}

export function emptyColumn(labels: Labels, count: number): Column {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) };
}

/** A scalar as a series with a value at each step. */
export function fullColumn(labels: Labels, values: Scalar): Column {
  return { labels, values, present: new Uint8Array(values.length).fill(1) };
}

/** Writes a value; undefined leaves none. Changes `column`. */
export function put(column: Column, at: number, value: number | undefined): void {
  if (value === undefined) return;
  column.values[at] = value;
  column.present[at] = 1;
}

/** The values of a column that are there. */
export function presentSamples({ values, present }: Column, { startMs, stepMs }: Steps): Samples {
  let count = 0;
  for (const there of present) count += there;
  const samples = { times: new Float64Array(count), values: new Float64Array(count) };
  let at = 0;
  for (let step = 0; step < values.length; step++) {
    if (present[step] !== 1) continue;
    samples.times[at] = startMs + step * stepMs;
    samples.values[at++] = values[step] ?? Number.NaN;
  }
  return samples;
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

/** Labels in which an empty value counts as none. */
export function labelsWith(labels: Labels, name: string, value: string): Labels {
  return value === '' ? labelsWithout(labels, [name]) : { ...labels, [name]: value };
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
