import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planMessages } from '../core/routing/plan-messages.ts';
import { DEFAULT_ROUTE } from '../core/routing/route.ts';
import { listAlerts } from './alerts-table.ts';
import type { Database } from './database.ts';
import { acknowledgeIncident, mergeIncidents, resolveIncident } from './handle-incidents.ts';
import { listNotifications, retryNotification } from './notifications-table.ts';
import {
  type Claimed,
  claimNotifications,
  claimResends,
  dueChannels,
  nextDueMs,
  releaseLeases,
  settleNotification,
} from './outbox.ts';
import { anyToRoute, loadToRoute, rerouteIncidents, savePlan } from './routing.ts';
import { saveDetection } from './save-detection.ts';
import { type IncidentRules, regroupIncidents, withIncidents } from './save-incidents.ts';
import { addSilence, expireSilence, listSilences, listSilencesAt } from './silences-table.ts';
import { episodeAt, MINUTE, PAGE, T0, watchThreeSeries } from './watched.suite.ts';

const ANN = { user: 'ann', nowMs: T0 };
const LEASE = { leaseMs: MINUTE, limit: 10 };

function rulesAt(nowMs: number): IncidentRules {
  return { gapMs: 15 * MINUTE, sharedLabels: [], minMembers: 1, nowMs };
}

const brief = (claimed: readonly Claimed[]) =>
  claimed.map(({ message }) => `${message.incidentId} ${message.kind}`);

/** How messages are kept, shared and settled: the same on every database. */
export function describeNotificationStore(open: () => Promise<Database>): void {
  let db: Database;

  beforeEach(async () => {
    db = await open();
    const { run } = await watchThreeSeries(db);
    const hosts = ['web-1', 'db-1'];
    await saveDetection(
      db,
      hosts.map((host, i) => ({
        ...run(i, { from: null, until: T0, episodes: [episodeAt(T0)] }),
        labels: { host },
      })),
    );
    await withIncidents(db, (tx) => regroupIncidents(tx, rulesAt(T0)));
  });
  afterEach(() => db.close());

  /** Decides for two channels, of which `mail` is told of critical incidents only. */
  async function route(nowMs = T0): Promise<void> {
    await withIncidents(db, async (tx) => {
      const rules = {
        channels: ['mail', 'ops'],
        routes: [
          { ...DEFAULT_ROUTE, name: 'route 1', channels: ['ops'] },
          {
            ...DEFAULT_ROUTE,
            name: 'route 2',
            channels: ['mail'],
            minSeverity: 'critical' as const,
          },
        ],
        silences: await listSilencesAt(tx, nowMs),
        windows: [],
        nowMs,
        zone: 'UTC',
      };
      await savePlan(tx, planMessages(await loadToRoute(tx, nowMs), rules), nowMs);
    });
  }

  const claim = (nowMs = T0, more = {}) =>
    claimNotifications(db, 'ops', { nowMs, ...LEASE, ...more });
  const sent = (one: Claimed | undefined, nowMs = T0) =>
    one && settleNotification(db, one, { settlement: { kind: 'sent', resendAtMs: null }, nowMs });
  const told = async (filter = {}) =>
    (await listNotifications(db, filter, PAGE)).rows.map(({ incidentId, kind, status }) =>
      [incidentId, kind, status].join(' '),
    );

  describe('routing', () => {
    it('is asked once for every change, whoever made it', async () => {
      expect(await anyToRoute(db, T0)).toBe(true);
      await route();
      expect(await anyToRoute(db, T0)).toBe(false);
      await withIncidents(db, (tx) => regroupIncidents(tx, rulesAt(T0 + 1)));
      expect(await anyToRoute(db, T0)).toBe(false);
      await acknowledgeIncident(db, 1, ANN);
      expect(await anyToRoute(db, T0)).toBe(true);
      await route();
      await mergeIncidents(db, { id: 1, others: [2] }, { user: 'ann', rules: rulesAt(T0) });
      expect(await anyToRoute(db, T0)).toBe(true);
      await route();
      await rerouteIncidents(db);
      expect((await loadToRoute(db, T0)).incidents.map(({ id }) => id)).toEqual([1]);
    });

    it('keeps why a channel is not told, in one row that follows the reason', async () => {
      await route();
      const { rows } = await listNotifications(db, { channel: 'mail' }, PAGE);
      expect(rows).toMatchObject([
        { incidentId: 2, status: 'withheld', title: 'cpu of db-1', attempts: 0 },
        { incidentId: 1, reason: 'below min_severity critical of route 2', nextTryAtMs: null },
      ]);
      await rerouteIncidents(db);
      await route(T0 + MINUTE);
      expect((await listNotifications(db, { channel: 'mail' }, PAGE)).total).toBe(2);
      await resolveIncident(db, 1, ANN);
      await route();
      expect(await told({ channel: 'mail', incidentId: 1 })).toEqual(['1 firing skipped']);
    });

    it('ends at its channel what became a part of another incident', async () => {
      await route();
      for (const one of await claim()) await sent(one);
      await mergeIncidents(db, { id: 1, others: [2] }, { user: 'ann', rules: rulesAt(T0) });
      await route(T0 + 16 * MINUTE);
      const claimed = await claim(T0 + 16 * MINUTE);
      expect(brief(claimed)).toEqual(['1 updated', '2 resolved']);
      expect(claimed[1]?.message.mergedInto).toBe(1);
      expect(claimed.map(({ dedupKey }) => dedupKey.replace(/^saimon-\w{8}-/, ''))).toEqual([
        'incident-1',
        'incident-2',
      ]);
    });
  });

  describe('the outbox', () => {
    it('gives a message to one process at a time, and back when that one is gone', async () => {
      await route();
      expect(await dueChannels(db, T0)).toEqual(['ops']);
      const [first, second] = await Promise.all([claim(T0, { limit: 1 }), claim(T0)]);
      expect(brief([...first, ...second]).toSorted()).toEqual(['1 firing', '2 firing']);
      expect(await claim()).toEqual([]);
      expect(brief(await claim(T0 + MINUTE))).toEqual(['1 firing', '2 firing']);
      await releaseLeases(db);
      expect((await claim()).map(({ attempts }) => attempts)).toEqual([3, 3]);
    });

    it('keeps the order of an incident: no end before its beginning, no update that a later message makes needless', async () => {
      await route();
      await acknowledgeIncident(db, 1, ANN);
      await route();
      await resolveIncident(db, 1, ANN);
      await route();
      const [first, other] = await claim();
      expect(brief(await claim())).toEqual([]);
      await sent(first);
      await sent(other);
      const [last] = await claim();
      expect(last?.message.kind).toBe('resolved');
      await sent(last);
      expect(await told({ channel: 'ops', incidentId: 1 })).toEqual([
        '1 resolved sent',
        '1 updated skipped',
        '1 firing sent',
      ]);
    });

    it('tries again at its time, and ends nowhere what was told nowhere', async () => {
      await route();
      const [first] = await claim();
      if (!first) throw new Error('Nothing was claimed');
      const again = { kind: 'again', reason: 'busy', atMs: T0 + 5000 } as const;
      await settleNotification(db, first, { settlement: again, nowMs: T0 });
      expect(await nextDueMs(db)).toBe(T0 + 5000);
      expect(await claim(T0 + 4000)).toEqual([]);
      const [retried] = await claim(T0 + 5000);
      expect(retried).toMatchObject({ id: first.id, attempts: 2 });
      const settlement = { kind: 'failed', reason: 'no such hook' } as const;
      await settleNotification(db, first, { settlement, nowMs: T0 });
      expect((await listAlerts(db, { status: 'failed' }, PAGE)).rows).toMatchObject([
        { incidentId: 1, channels: [], sentAtMs: null },
      ]);
      await resolveIncident(db, 1, ANN);
      await route();
      expect(await claim(T0 + 5000)).toEqual([]);
      expect(await told({ channel: 'ops', incidentId: 1 })).toEqual([
        '1 resolved skipped',
        '1 firing failed',
      ]);
    });

    it('sends a dead letter again when asked, unless more was told since', async () => {
      await route();
      const [first] = await claim();
      if (!first) throw new Error('Nothing was claimed');
      const settlement = { kind: 'failed', reason: 'no such hook' } as const;
      await settleNotification(db, first, { settlement, nowMs: T0 });
      expect(await retryNotification(db, first.id, T0)).toBe(true);
      expect(await retryNotification(db, first.id, T0)).toBe(false);
      await settleNotification(db, first, { settlement, nowMs: T0 });
      await acknowledgeIncident(db, 1, ANN);
      await route();
      await sent((await claim())[0]);
      expect(await retryNotification(db, first.id, T0)).toBe(false);
    });

    it('lets alerts say to which channels they went, and keeps what the channel answered', async () => {
      await route();
      const [first] = await claim();
      if (!first) throw new Error('Nothing was claimed');
      const settlement = {
        kind: 'sent',
        reference: { ts: '1.5' },
        resendAtMs: T0 + MINUTE,
      } as const;
      await settleNotification(db, first, { settlement, nowMs: T0 });
      await settleNotification(db, first, { settlement, nowMs: T0 + 1 });
      expect((await listAlerts(db, { status: 'sent' }, PAGE)).rows).toMatchObject([
        { incidentId: 1, channels: ['ops'], sentAtMs: T0 },
      ]);
      const every = { everyMs: MINUTE, limit: 5 };
      expect(await claimResends(db, 'ops', { nowMs: T0, ...every })).toEqual([]);
      const due = { nowMs: T0 + MINUTE, ...every };
      expect(await claimResends(db, 'ops', due)).toMatchObject([
        { message: { incidentId: 1 }, reference: { ts: '1.5' } },
      ]);
      expect(await claimResends(db, 'ops', due)).toEqual([]);
    });
  });

  it('keeps silences: in force, to come, ended before their time', async () => {
    const matchers = [{ name: 'host', op: '=' as const, value: 'web-1' }];
    const draft = { matchers, comment: 'disk', createdBy: 'ann' };
    const now = await addSilence(db, { ...draft, startsAtMs: T0, endsAtMs: T0 + MINUTE });
    await addSilence(db, { ...draft, startsAtMs: T0 + MINUTE, endsAtMs: T0 + 2 * MINUTE });
    expect(await listSilencesAt(db, T0)).toMatchObject([{ id: now.id, matchers }]);
    const ended = await expireSilence(db, now.id, { user: 'bob', nowMs: T0 + 1000 });
    expect(ended).toMatchObject({ endsAtMs: T0 + 1000, expiredBy: 'bob' });
    expect(await expireSilence(db, now.id, { user: 'bob', nowMs: T0 + 1000 })).toBeUndefined();
    expect((await listSilences(db, { sinceMs: T0 + 1000 }, PAGE)).total).toBe(1);
    expect((await listSilences(db, {}, PAGE)).total).toBe(2);
  });
}
