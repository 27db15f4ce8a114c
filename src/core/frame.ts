/**
 * Several aligned series as columns: row i of every column belongs to `times[i]` (epoch milliseconds).
 * Rows keep the order of arrival, so times may repeat or step back; `NaN` means missing.
 */
export interface Frame {
  readonly times: Float64Array;
  readonly names: readonly string[];
  readonly columns: readonly Float64Array[];
}
