import type { FastifyRequest } from 'fastify';
import type { AuditEntry } from '../store/audit-table.ts';

export type Fields = Record<string, unknown> | null;

/** What a changed thing was and is, and what its request was answered. */
export interface Change {
  readonly was: Fields;
  readonly is: Fields;
  readonly answer: Fields;
}

const NOUN_AND_KEY = /^\/api\/v1\/([\w-]+)\/:\w+/;
const SECRET = /token|secret|password/i;
const LONGEST_TEXT = 2000;

/** Who made a change by a request, and what was different before and after. */
export function auditEntryOf(
  request: FastifyRequest,
  { was, is, answer }: Change,
): Omit<AuditEntry, 'atMs'> {
  const difference = was && is ? differing(was, is) : { before: was, after: is };
  const isEmpty = difference.after !== null && Object.keys(difference.after).length === 0;
  return {
    user: userOf(request),
    via: viaOf(request),
    action: `${request.method} ${request.routeOptions.url ?? ''}`,
    subject: subjectOf(request, answer),
    before: shown(difference.before),
    // What leaves no trace in the thing itself is known by its answer.
    after: shown(isEmpty ? answer : difference.after),
  };
}

/** Where the thing that a request changes can be read; undefined where it makes a new one. */
export function pathOf({ routeOptions, params }: FastifyRequest): string | undefined {
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
  if (routeOptions.url === '/api/v1/hooks/slack') return 'slack';
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
