import { type Labels, labelsKey } from '../../core/labels.ts';
import { matchLabels } from './binary.ts';
import { type Column, emptyColumn, put, uniteColumns } from './columns.ts';
import type { Grouping } from './expression.ts';

/** Operators that ask whether the other side has something with the same labels at the step. */
export const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** `and`: what the right has too; `unless`: what it has not; `or`: the left and what only the right has. */
export function applySet(
  { operator, matching }: { readonly operator: string; readonly matching: Grouping | undefined },
  left: readonly Column[],
  right: readonly Column[],
): Column[] {
  const keyOf = ({ labels }: Column) => labelsKey(matchLabels(labels, matching));
  if (operator !== 'or')
    return kept(left, presence(right, keyOf), { keyOf, wanted: operator === 'and' });
  const added = kept(right, presence(left, keyOf), { keyOf, wanted: false });
  // Equal labels are one series, which comes from the left at some steps and from the right at others.
  return [
    ...uniteColumns([...left, ...added], itself, 'several series have the same labels').values(),
  ];
}

function itself(labels: Labels): Labels {
  return labels;
}

/** By matching labels, whether any column has a value at a step. */
function presence(
  columns: readonly Column[],
  keyOf: (column: Column) => string,
): Map<string, Uint8Array> {
  const present = new Map<string, Uint8Array>();
  for (const column of columns) {
    const key = keyOf(column);
    const steps = present.get(key) ?? new Uint8Array(column.present.length);
    for (let i = 0; i < steps.length; i++) if (column.present[i] === 1) steps[i] = 1;
    present.set(key, steps);
  }
  return present;
}

function kept(
  columns: readonly Column[],
  others: ReadonlyMap<string, Uint8Array>,
  { keyOf, wanted }: { readonly keyOf: (column: Column) => string; readonly wanted: boolean },
): Column[] {
  return columns.map((column) => {
    const other = others.get(keyOf(column));
    const left = emptyColumn(column.labels, column.values.length);
    for (let i = 0; i < column.values.length; i++) {
      if (column.present[i] === 1 && (other?.[i] === 1) === wanted) put(left, i, column.values[i]);
    }
    return left;
  });
}
