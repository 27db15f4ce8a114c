import type { Complaint, ErrorBody } from '../../../src/contract/error-body.ts';

/** What a route below /api/v1 answers, in the shape that the contract gives it; throws a message for people. */
export function read<Answer>(path: string, signal: AbortSignal, json?: string): Promise<Answer> {
  return ask<Answer>(path, { signal, ...(json !== undefined && posted(json)) });
}

/** A request that the server understood and did not take. */
export class Refused extends Error {
  /** What is wrong with which field of it; empty when it is about no field. */
  readonly complaints: readonly Complaint[];

  constructor(message: string, complaints: readonly Complaint[]) {
    super(message);
    this.complaints = complaints;
  }
}

interface Change {
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
}

/** Changes something by a route below /api/v1; throws as `read` does. */
export function change<Answer = unknown>(
  path: string,
  { method = 'POST', body }: Change = {},
): Promise<Answer> {
  if (body === undefined) return ask<Answer>(path, { method });
  return ask<Answer>(path, { ...posted(JSON.stringify(body)), method });
}

function posted(body: string): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body };
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
  const { error, detail = [] } = body as Partial<ErrorBody>;
  throw new Refused(
    typeof error === 'string' ? error : `${path} answered ${answer.status}`,
    detail,
  );
}
