import type { FastifyRequest, RouteOptions } from 'fastify';
import type { Clock } from '../base/clock.ts';
import { type AuditEntry, addAuditEntry } from '../store/audit-table.ts';
import type { JoinedDatabase } from '../store/join-transactions.ts';
import { auditEntryOf, type Fields, pathOf } from './audit-entry.ts';
import type { FastifyApi } from './fastify-api.ts';
import { innerGet } from './inner-request.ts';

/** What is known of a change better than its request tells. */
export type Told = Partial<Pick<AuditEntry, 'user' | 'subject' | 'after'>>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its handler asks others, whom no transaction waits for, or may change nothing: it calls `request.change` itself. */
    readonly changesItself?: boolean;
  }
  interface FastifyRequest {
    /** Makes a change, and keeps who made it, in one transaction. Where `tell` gives null nothing has changed. */
    change<T>(work: () => Promise<T>, tell?: (outcome: T) => Told | null): Promise<T>;
  }
}

/** Requests that change nothing, though they are no GET, and those that machines send all day. */
const NOT_KEPT = ['/prometheus/', '/api/v1/write', '/api/v1/detect', '/api/v1/backtests'];
const NOT_KEPT_EXACTLY = ['/api/v1/anomalies', '/api/v1/rules/preview'];

export interface AuditParts extends JoinedDatabase {
  readonly clock: Clock;
}

/**
 * Runs the handler of every request that changes something in one transaction with the row that says who changed what: neither
 * is ever there without the other. What the changed thing's own GET says before and after tells the difference, so that
 * a new route is kept without a word. Register before any route.
 */
export function auditRequests(api: FastifyApi, { database, asOne, clock }: AuditParts): void {
  api.decorateRequest('change', function change(this: FastifyRequest, work, tell) {
    const path = pathOf(this);
    return asOne(async () => {
      const was = path === undefined ? null : await innerGet(api, path);
      const outcome = await work();
      const told = tell === undefined ? {} : tell(outcome);
      if (told === null) return outcome;
      const answer = fieldsOf(outcome);
      const is = path === undefined ? answer : await innerGet(api, path);
      const entry = auditEntryOf(this, { was, is, answer });
      await addAuditEntry(database, { atMs: clock.now(), ...entry, ...told });
      return outcome;
    });
  });

  api.addHook('onRoute', (route) => {
    if (!isChanging(route) || route.config?.changesItself === true) return;
    const { handler } = route;
    route.handler = function handleAsOne(request, reply) {
      return request.change(async () => {
        const answer: unknown = await handler.call(this, request, reply);
        if (!reply.sent) return answer;
        throw new TypeError(`${route.url} was answered before its change stood: return the answer`);
      });
    };
  });
}

function isChanging({ method, url }: RouteOptions): boolean {
  const changes = [method].flat().some((one) => ['POST', 'PUT', 'DELETE', 'PATCH'].includes(one));
  if (!changes || NOT_KEPT_EXACTLY.includes(url)) return false;
  return !NOT_KEPT.some((prefix) => url.startsWith(prefix));
}

function fieldsOf(answer: unknown): Fields {
  return typeof answer === 'object' && answer !== null ? { ...answer } : null;
}
