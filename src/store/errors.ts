export type StoreErrorCode =
  /** No answer from the database: refused, reset, timed out. Asking again may help. */
  | 'unreachable'
  /** It is not there yet: the process has just started. */
  | 'opening'
  /** Someone else holds it: the data directory, a row, a table. */
  | 'locked'
  /** The disk or a limit of the database is full. */
  | 'full'
  /** The row contradicts another one: a duplicate, a missing reference, a value out of its set. */
  | 'constraint'
  /** A text that no database keeps: it holds NUL or half a character. */
  | 'unfit'
  | 'failed';

/** The store failed; `message` says what was attempted and what would do. Holds no SQL and no secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
