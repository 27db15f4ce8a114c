import type { FastifyRequest } from 'fastify';
import { type AuditEntry, addAuditEntry } from '../store/audit-table.ts';
import type { ApiDependencies } from './dependencies.ts';
import type { FastifyApi } from './fastify-api.ts';
import { innerGet } from './inner-request.ts';

type Fields = Record<string, unknown> | null;

/** Requests that change nothing, though they are no GET, those that machines send all day, and those that keep who did it themselves. */
const NOT_KEPT = [
  '/prometheus/',
  '/api/v1/write',
  '/api/v1/detect',
  '/api/v1/backtests',
  '/api/v1/hooks/slack',
  '/api/v1/hooks/alertmanager',
];
const NOT_KEPT_EXACTLY = ['/api/v1/anomalies'];
const NOUN_AND_KEY = /^\/api\/v1\/([\w-]+)\/:\w+/;
const SECRET = /token|secret|password/i;
const LONGEST_TEXT = 2000;

/**
 * Keeps every change that a request made, before it is answered: what the changed thing's own GET said before and after tells
 * the difference, so that a new route is kept without a word. Register before any route.
 */
export function auditRequests(
  api: FastifyApi,
  { database, clock }: Pick<ApiDependencies, 'database' | 'clock'>,
): void {
  const before = new WeakMap<FastifyRequest, Fields>();

  api.addHook('preHandler', async (request) => {
    if (!isKept(request)) return;
    const path = pathOf(request);
    before.set(request, path === undefined ? null : await innerGet(api, path));
  });

  api.addHook('onSend', async (request, reply, payload) => {
    const was = before.get(request);
    if (was === undefined || reply.statusCode >= 300) return payload;
    const path = pathOf(request);
    const answer = parsed(payload);
    const is = path === undefined ? answer : await innerGet(api, path);
    const difference = was && is ? differing(was, is) : { before: was, after: is };
    const isEmpty = difference.after !== null && Object.keys(difference.after).length === 0;
    await addAuditEntry(database, {
      atMs: clock.now(),
      user: userOf(request),
      via: viaOf(request),
      action: `${request.method} ${request.routeOptions.url ?? ''}`,
      subject: subjectOf(request, answer),
      before: shown(difference.before),
      // What leaves no trace in the thing itself is known by its answer.
      after: shown(isEmpty ? answer : difference.after),
    });
    return payload;
  });
}

function isKept({ method, routeOptions }: FastifyRequest): boolean {
  const url = routeOptions.url ?? '';
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || url === '') return false;
  return !NOT_KEPT_EXACTLY.includes(url) && !NOT_KEPT.some((prefix) => url.startsWith(prefix));
}

/** Where the thing that a request changes can be read; undefined where it makes a new one. */
function pathOf({ routeOptions, params }: FastifyRequest): string | undefined {
  const noun = NOUN_AND_KEY.exec(routeOptions.url ?? '')?.[1];
  const [key] = Object.values(Object(params));
  return noun === undefined ? undefined : `/api/v1/${noun}/${encodeURIComponent(String(key))}`;
}

function subjectOf(request: FastifyRequest, answer: Fields): string {
  const path = pathOf(request);
  if (path !== undefined) return decodeURIComponent(path.slice('/api/v1/'.length)).slice(0, 300);
  const noun = (request.routeOptions.url ?? '').replace(/^\/(?:api\/v1\/)?/, '');
  const key = answer?.['id'] ?? answer?.['name'] ?? answer?.['alias'];
  const named = typeof key === 'number' || typeof key === 'string';
  return (named ? `${noun}/${key}` : noun).slice(0, 300);
}

function userOf({ query, body }: FastifyRequest): string {
  const asked: unknown = Object(query).user;
  const written: unknown = Object(body).created_by;
  if (typeof written === 'string' && written !== '') return written.slice(0, 200);
  return typeof asked === 'string' && asked !== '' ? asked.slice(0, 200) : 'system';
}

function viaOf({ headers, routeOptions }: FastifyRequest): AuditEntry['via'] {
  if (routeOptions.url?.startsWith('/api/v1/hooks/')) return 'hook';
  if (headers['user-agent']?.startsWith('saimon-cli')) return 'cli';
  // What only browsers send, and no page can forge.
  return headers['sec-fetch-site'] === 'same-origin' ? 'ui' : 'api';
}

/** The fields that are not the same. */
function differing(
  was: Record<string, unknown>,
  is: Record<string, unknown>,
): { before: Fields; after: Fields } {
  const names = Object.keys({ ...was, ...is }).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  const only = (of: Record<string, unknown>): Fields =>
    Object.fromEntries(names.flatMap((name) => (name in of ? [[name, of[name]]] : [])));
  return { before: only(was), after: only(is) };
}

/** No secret, whatever a route may answer, and no long text. */
function shown(fields: Fields): Fields {
  if (fields === null) return null;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET.test(name) ? '********' : shownValue(value),
    ]),
  );
}

function shownValue(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, 100).map(shownValue);
  return typeof value === 'object' && value !== null ? shown({ ...value }) : value;
}

function parsed(payload: unknown): Fields {
  try {
    const value: unknown = typeof payload === 'string' ? JSON.parse(payload) : null;
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
