import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleCondition } from '../core/rules/rule.ts';
import { listAlerts } from './alerts-table.ts';
import { findAnomaly } from './anomalies-table.ts';
import type { Database } from './database.ts';
import type { EpisodeDraft } from './detection.ts';
import { listIncidents } from './incidents-table.ts';
import { anomaliesInScope } from './past-anomalies.ts';
import {
  decideRule,
  findRule,
  insertRule,
  isKnownRule,
  listRules,
  listRulesInForce,
  type RuleDraft,
  withdrawProposals,
} from './rules-table.ts';
import { saveDetection } from './save-detection.ts';
import { regroupIncidents, withIncidents } from './save-incidents.ts';
import { confirmAnomaly, listVerdicts } from './verdicts-table.ts';
import { episodeAt, MINUTE, PAGE, T0, type Watched, watchThreeSeries } from './watched.suite.ts';

const CONDITION: RuleCondition = { kind: 'min_deviation', absolute: 60 };
const EFFECT = {
  compared: 1,
  quieted: [1],
  alertsFewer: [1],
  falseAlarms: [1],
  confirmedLost: [],
  incidentsLost: [],
};

/** How rules and verdicts are kept: the same on every database. */
export function describeRuleStore(open: () => Promise<Database>): void {
  let db: Database;
  let watched: Watched;
  beforeEach(async () => {
    db = await open();
    watched = await watchThreeSeries(db);
  });
  afterEach(() => db.close());

  const draft = (over: Partial<RuleDraft> = {}): RuleDraft => ({
    anomalyKind: 'deviation',
    condition: CONDITION,
    scope: { kind: 'series', seriesId: watched.seriesIds[0] ?? 0 },
    sentence: 'small ones',
    status: 'accepted',
    anomalyId: null,
    effect: EFFECT,
    reason: 'backup',
    createdBy: 'ann',
    ...over,
  });
  let writtenMs: number | null = null;
  beforeEach(() => {
    writtenMs = null;
  });
  /** The episode of `T0` as a later run finds it. */
  const write = async (minute: number, over: Partial<EpisodeDraft> = {}) => {
    const episode = episodeAt(T0, { lastAtMs: T0 + minute * MINUTE, ...over });
    const until = T0 + minute * MINUTE;
    const run = watched.run(0, { from: writtenMs, until, episodes: [episode] });
    writtenMs = until;
    return saveDetection(db, [run]);
  };
  const group = () =>
    withIncidents(db, (tx) =>
      regroupIncidents(tx, { gapMs: MINUTE, sharedLabels: [], minMembers: 1, nowMs: T0 }),
    );

  it('reads rules back with all that was decided of them', async () => {
    const id = await insertRule(db, draft({ status: 'proposed' }));
    expect(await listRulesInForce(db)).toEqual([]);
    const decision = { from: ['proposed'], to: 'accepted', user: 'bo' } as const;
    expect(await decideRule(db, id, decision)).toBe(true);
    expect(await decideRule(db, id, decision)).toBe(false);
    expect(await findRule(db, id)).toMatchObject({
      ...draft(),
      id,
      metricName: 'cpu',
      decidedBy: 'bo',
      acted: 0,
      actedOnConfirmed: 0,
      lastActedAtMs: null,
    });
    const { anomalyKind, condition, scope, sentence } = draft();
    expect(await listRulesInForce(db)).toEqual([
      { id, anomalyKind, condition, scope, sentence, status: 'accepted' },
    ]);
  });

  it('tells the three scopes apart, and what is known already', async () => {
    const scopes = [
      { kind: 'series', seriesId: watched.seriesIds[1] ?? 0 },
      { kind: 'query', metricId: watched.metricId },
      { kind: 'labels', matchers: { instance: 'a', __name__: 'cpu' } },
    ] as const;
    for (const scope of scopes) {
      expect(await isKnownRule(db, draft({ scope }))).toBe(false);
      await insertRule(db, draft({ scope }));
      expect(await isKnownRule(db, draft({ scope }))).toBe(true);
    }
    const { rows } = await listRules(db, {}, PAGE);
    expect(rows.map(({ scope }) => scope)).toEqual(scopes.toReversed());
    expect(
      await isKnownRule(db, draft({ condition: { kind: 'min_deviation', absolute: 61 } })),
    ).toBe(false);
  });

  it('lists what was removed only when asked', async () => {
    const saved = await write(0);
    const anomalyId = saved.episodes[0]?.id ?? 0;
    const id = await insertRule(db, draft({ status: 'proposed', anomalyId }));
    await withdrawProposals(db, anomalyId, { user: 'ann' });
    expect((await listRules(db, {}, PAGE)).total).toBe(0);
    expect((await listRules(db, { status: 'removed' }, PAGE)).rows[0]?.id).toBe(id);
  });

  it('keeps a quieted anomaly from alerts and incidents, and counts it for the rule', async () => {
    const ruleId = await insertRule(db, draft());
    const quieted = { ruleId, reason: 'small ones' };
    const saved = await write(0, { quieted });
    expect(saved.episodes[0]).toMatchObject({ quieted: true, isNew: true });
    expect(saved.alerts).toEqual([]);
    expect(await group()).toBe(0);
    expect((await listIncidents(db, {}, PAGE)).total).toBe(0);
    const id = saved.episodes[0]?.id ?? 0;
    expect(await findAnomaly(db, id)).toMatchObject({
      severity: 'high',
      quietedBy: ruleId,
      quietReason: 'small ones',
    });
    await confirmAnomaly(db, id, { confirmed: true, user: 'ann' });
    const counted = { acted: 1, actedOnConfirmed: 1, lastActedAtMs: T0 };
    expect(await findRule(db, ruleId)).toMatchObject(counted);
  });

  it('raises it once no rule quiets it, and never quiets what was raised', async () => {
    const ruleId = await insertRule(db, draft());
    const quieted = { ruleId, reason: 'small ones' };
    await write(0, { quieted });
    const raised = await write(1);
    expect(raised.episodes[0]).toMatchObject({ quieted: false, isNew: false });
    expect(raised.alerts.map(({ change }) => change)).toEqual(['opened']);
    expect(await group()).toBe(1);
    const again = await write(2, { quieted, severity: 'critical' });
    expect(again.episodes[0]).toMatchObject({ quieted: false });
    expect(again.alerts.map(({ change }) => change)).toEqual(['raised']);
    expect((await listAlerts(db, {}, PAGE)).total).toBe(1);
    expect(await findRule(db, ruleId)).toMatchObject({ acted: 0 });
  });

  it('finds what a rule could have acted on, by series, query and labels, with whether it alerted', async () => {
    await saveDetection(
      db,
      [0, 1, 2].map((index) =>
        watched.run(index, {
          from: null,
          until: T0,
          episodes: [
            episodeAt(T0 + index * MINUTE, { severity: index === 1 ? 'low' : 'high' }),
            episodeAt(T0, { kind: 'drift' }),
          ],
        }),
      ),
    );
    const range = { kind: 'deviation', sinceMs: T0, most: 10 } as const;
    const found = async (scope: RuleDraft['scope'], over = {}) =>
      (await anomaliesInScope(db, scope, { ...range, ...over })).map((row) => [
        row.labels['instance'],
        row.alerted,
      ]);
    const { metricId, seriesIds } = watched;
    const all = [
      ['c', true],
      ['b', false],
      ['a', true],
    ];
    expect(await found({ kind: 'query', metricId })).toEqual(all);
    expect(await found({ kind: 'query', metricId }, { most: 2 })).toEqual(all.slice(0, 2));
    expect(await found({ kind: 'query', metricId }, { sinceMs: T0 + 1 })).toEqual(all.slice(0, 2));
    expect(await found({ kind: 'series', seriesId: seriesIds[1] ?? 0 })).toEqual([['b', false]]);
    const matchers = { instance: 'c', __name__: 'cpu' };
    expect(await found({ kind: 'labels', matchers })).toEqual([['c', true]]);
    expect(await found({ kind: 'labels', matchers: { instance: 'd' } })).toEqual([]);
  });

  describe('confirmAnomaly()', () => {
    it('keeps every verdict, and the latest with the anomaly', async () => {
      const id = (await write(0)).episodes[0]?.id ?? 0;
      await confirmAnomaly(db, id, { confirmed: false, user: 'ann', comment: 'backup' });
      await confirmAnomaly(db, id, { confirmed: null, user: 'bo' });
      expect(await findAnomaly(db, id)).toMatchObject({ isConfirmed: null, confirmedBy: null });
      expect(await listVerdicts(db, id)).toEqual([
        { verdict: 'none', comment: '', user: 'bo', atMs: expect.any(Number) },
        { verdict: 'false_positive', comment: 'backup', user: 'ann', atMs: expect.any(Number) },
      ]);
      expect(await confirmAnomaly(db, 999_999, { confirmed: true, user: 'bo' })).toBeUndefined();
    });
  });
}
