export type SourceErrorCode =
  /** No answer: refused, reset, name not found. */
  | 'unreachable'
  | 'timeout'
  /** The source refuses the question: bad PromQL, 4xx. Asking again does not help. */
  | 'rejected'
  | 'unauthorized'
  /** The answer is not what the protocol says. */
  | 'bad_answer'
  | 'too_many_series';

/** A source failed; `message` says what was attempted, what came back and what would do. Never holds a secret. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  constructor(code: SourceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
