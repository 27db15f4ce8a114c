import * as z from 'zod';
import type { PrometheusRefusal } from '../../contract/prometheus.ts';
import { SourceError } from '../../sources/errors.ts';
import { ApiError } from '../api-error.ts';
import { refusalOf } from '../errors.ts';

type ErrorType = PrometheusRefusal['errorType'];

/** An error as Prometheus tells it, and its HTTP status. */
export function prometheusRefusal(error: unknown): {
  readonly status: number;
  readonly body: PrometheusRefusal;
} {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return refusal(503, 'timeout', 'Cannot answer in time: ask a shorter range or fewer series');
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return refusal(503, 'canceled', 'Not answered: nobody waits for it any more');
  }
  if (error instanceof SourceError) return refusal(422, 'execution', error.message);
  if (error instanceof z.ZodError) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return refusal(400, 'bad_data', `Cannot use the question: ${faults.join('; ')}`);
  }
  const { status, message } = refusalOf(error);
  if (error instanceof ApiError || status === 400 || status === 422) {
    return refusal(400, 'bad_data', message);
  }
  if (status === 503) return refusal(503, 'unavailable', message);
  return status < 500 ? refusal(status, 'bad_data', message) : refusal(500, 'internal', message);
}

function refusal(status: number, errorType: ErrorType, error: string) {
  return { status, body: { status: 'error' as const, errorType, error } };
}
