import type { Complaint } from '../contract/error-body.ts';

/** A request that cannot be met as it stands: its HTTP status, a code for programs, a message for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly detail: readonly Complaint[] | undefined;
  constructor(status: number, code: string, message: string, detail?: readonly Complaint[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export function notFound(noun: string, key: string | number): ApiError {
  return new ApiError(
    404,
    'not_found',
    `Cannot find ${noun} ${JSON.stringify(key)}: there is none`,
  );
}

/** What stands in the configuration file is changed there alone. */
export function ofConfiguration(what: string, verb: string): ApiError {
  const message = `Cannot ${verb} ${what}: it comes from the configuration, ${verb} it there`;
  return new ApiError(409, 'conflict', message);
}

/** A field that is well-formed but cannot be used: 422 in the shape of every validation error. */
export function unusable(loc: readonly (string | number)[], message: string): ApiError {
  return new ApiError(422, 'validation', message, [
    { loc: [...loc], msg: message, type: 'value_error' },
  ]);
}
