/** Which part of a list is wanted; lists are newest first. */
export interface PageRequest {
  readonly skip: number;
  readonly limit: number;
}

/** A part of a list and how many there are in all of it. */
export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}
