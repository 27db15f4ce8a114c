import type { ErrorBody } from '../../../src/contract/error-body.ts';

/** What a route below /api/v1 answers, in the shape that the contract gives it; throws a message for people. */
export function read<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  return ask<Answer>(path, { signal });
}

/** Changes something by a route below /api/v1 whose parameters stand in its path; throws as `read` does. */
export function change(path: string): Promise<unknown> {
  return ask(path, { method: 'POST' });
}

async function ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
  const answer = await fetch(`/api/v1${path}`, request).catch((error: unknown) => {
    if (request.signal?.aborted === true) throw error;
    throw new Error('SAIMon does not answer: is it running? It is asked again by itself.');
  });
  const body: unknown = await answer.json();
  // The server is of the same build: its answers have the shape of the contract.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (answer.ok) return body as Answer;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { error } = body as Partial<ErrorBody>;
  throw new Error(typeof error === 'string' ? error : `${path} answered ${answer.status}`);
}
