import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { PrometheusRefusal } from '../../contract/prometheus.ts';
import type { FastifyApi } from '../fastify-api.ts';

export const ROOT = '/prometheus/api/v1';
export const TAGS = ['prometheus'];
/** How a POST carries its question. */
export const FORM = 'application/x-www-form-urlencoded';

export interface QuestionShape<Asks extends z.ZodType> {
  readonly path: string;
  readonly summary: string;
  readonly asks: Asks;
  readonly answers: z.ZodType;
}

/** Questions are parsed below, where both ways have come together. */
function validatorCompiler() {
  return () => true;
}

/** A question that is asked by GET, or by POST with a form where it is long; a POST may have both. */
export function question<Asks extends z.ZodType>(
  scope: FastifyApi,
  { path, summary, asks, answers }: QuestionShape<Asks>,
  answer: (asked: z.output<Asks>, reply: FastifyReply) => Promise<unknown>,
): void {
  const url = `${ROOT}/${path}`;
  const shared = { tags: TAGS, summary, response: { 200: answers, default: PrometheusRefusal } };
  scope.get(
    url,
    { schema: { ...shared, querystring: asks }, validatorCompiler },
    (request, reply) => answer(asks.parse(request.query), reply),
  );
  const post = { ...shared, consumes: [FORM], body: asks };
  scope.post(url, { schema: post, validatorCompiler }, ({ query, body }, reply) =>
    answer(asks.parse(Object.assign({}, query, body)), reply),
  );
}
