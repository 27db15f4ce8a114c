import type { ErrorBody } from '../../../src/contract/error-body.ts';

/** What a route below /api/v1 answers, in the shape that the contract gives it; throws a message for people. */
export async function read<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  const answer = await fetch(`/api/v1${path}`, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
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
