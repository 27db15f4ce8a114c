import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyApi } from './fastify-api.ts';

const HEADER = 'x-saimon-inner';
/** Known to this process alone. */
const TOKEN = randomUUID();

/** What a GET of our own answers; null where it is refused. Neither counted nor logged. */
export async function innerGet(
  api: FastifyApi,
  url: string,
): Promise<Record<string, unknown> | null> {
  const answer = await api.inject({ method: 'GET', url, headers: { [HEADER]: TOKEN } });
  return answer.statusCode === 200 ? Object(answer.json()) : null;
}

export function isInner({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers[HEADER] === TOKEN;
}
