import type { FastifyError } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  type ZodFastifySchemaValidationError,
} from 'fastify-type-provider-zod';
import type { Complaint, ErrorBody } from '../contract/error-body.ts';
import { SourceError, type SourceErrorCode } from '../sources/errors.ts';
import { StoreError, type StoreErrorCode } from '../store/errors.ts';
import { ApiError } from './api-error.ts';

/** What a client is told of an error; `retryAfterSeconds` when asking again may help. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail?: readonly Complaint[] | undefined;
  readonly retryAfterSeconds?: number;
}

const OF_STORE: Readonly<Record<StoreErrorCode, Refusal>> = {
  unreachable: {
    status: 503,
    code: 'database_unreachable',
    message: 'The database does not answer: try again shortly',
    retryAfterSeconds: 5,
  },
  opening: {
    status: 503,
    code: 'database_unreachable',
    message:
      'Cannot ask the database: it is being opened, which takes longest at the first start, try again shortly',
    retryAfterSeconds: 5,
  },
  locked: {
    status: 503,
    code: 'database_locked',
    message: 'The database is busy with this row: try again shortly',
    retryAfterSeconds: 1,
  },
  full: {
    status: 507,
    code: 'database_full',
    message: 'The database has no space left: free some on its disk',
  },
  constraint: {
    status: 409,
    code: 'conflict',
    message:
      'The request contradicts what is stored: a duplicate, or a reference to what is not there',
  },
  unfit: {
    status: 422,
    code: 'validation',
    message:
      'Cannot use the request: a text holds what cannot be stored, such as NUL: leave it out',
  },
  failed: { status: 500, code: 'database_failed', message: 'The database refused the question' },
};

const OF_SOURCE: Readonly<Record<SourceErrorCode, number>> = {
  unreachable: 503,
  timeout: 504,
  rejected: 502,
  unauthorized: 502,
  bad_answer: 502,
  too_many_series: 422,
};

/** Code → HTTP, for every error that can reach the door. Nothing of an unexpected one is shown. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError) {
    return { status: error.status, code: error.code, message: error.message, detail: error.detail };
  }
  if (error instanceof StoreError) return OF_STORE[error.code];
  if (error instanceof SourceError) {
    const status = OF_SOURCE[error.code];
    const refusal = { status, code: `source_${error.code}`, message: error.message };
    return status === 503 || status === 504 ? { ...refusal, retryAfterSeconds: 5 } : refusal;
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const detail = error.validation.map((issue) => complaintOf(issue, error.validationContext));
    const message = detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
    return {
      status: 422,
      code: 'validation',
      message: `Cannot use the request: ${message}`,
      detail,
    };
  }
  if (isClientError(error)) {
    return {
      status: error.statusCode,
      code: CLIENT_CODES[error.statusCode] ?? 'bad_request',
      message: error.message,
    };
  }
  return {
    status: 500,
    code: 'internal',
    message: 'Internal error: the log holds it under this request id',
  };
}

export function errorBody(refusal: Refusal, requestId: string): ErrorBody {
  return {
    error: refusal.message,
    status_code: refusal.status,
    code: refusal.code,
    request_id: requestId,
    ...(refusal.detail && { detail: [...refusal.detail] }),
  };
}

const PLACES: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' };
const KINDS: Readonly<Record<string, string>> = {
  too_small: 'greater_than_equal',
  too_big: 'less_than_equal',
  invalid_value: 'enum',
};

function complaintOf(
  issue: ZodFastifySchemaValidationError,
  context: string | undefined,
): Complaint {
  const place = PLACES[context ?? ''] ?? context ?? 'body';
  const path = issue.instancePath.split('/').filter((part) => part !== '');
  const message = issue.message ?? 'Invalid';
  const missing = issue.keyword === 'invalid_type' && message.endsWith('received undefined');
  const { params } = issue as { params: { params?: { type?: unknown } } };
  const own = params.params?.type;
  return {
    loc: [place, ...path],
    msg: missing ? 'Field required' : message,
    type: missing
      ? 'missing'
      : typeof own === 'string'
        ? own
        : (KINDS[issue.keyword] ?? issue.keyword),
  };
}

const CLIENT_CODES: Readonly<Record<number, string>> = {
  413: 'too_large',
  415: 'unsupported_media_type',
};

function isClientError(error: unknown): error is FastifyError & { statusCode: number } {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
}
