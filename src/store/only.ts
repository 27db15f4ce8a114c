import { StoreError } from './errors.ts';

/** The row of a statement that gives exactly one. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined)
    throw new StoreError('failed', 'Cannot read the row just written: there is none');
  return row;
}
