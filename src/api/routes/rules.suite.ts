import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { Anomaly, AnomalyList } from '../../contract/anomaly.ts';
import { PreviewedRule, Rule, RuleList, RuleProposals } from '../../contract/rule.ts';
import { FeedbackHistory, FeedbackKept } from '../../contract/verdict.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import type { EpisodeDraft } from '../../store/detection.ts';
import { findQuery, proposeQueries } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const Complaints = z.array(z.object({ loc: z.array(z.string()), msg: z.string() }));
const MINUTE_MS = 60_000;
/** The latest days, at 12:10, on each of which a series went `distance` beyond what was expected. */
const DISTANCES = [8, 9, 30, 8.5];

/** A part of api.test.ts: what people say of anomalies, and the rules that come of it. */
export function rulesSuite(): void {
  let server: TestApi;
  let seriesId = 0;
  let metricId = 0;
  /** Newest first. */
  let ids: number[] = [];

  beforeAll(async () => {
    server = await openTestApi();
    await proposeQueries(server.database, 'api', [{ alias: 'load', expr: 'load', unit: 'ratio' }]);
    metricId = (await findQuery(server.database, 'load'))?.id ?? 0;
    const labels = { host: 'a' };
    const wanted = [{ labels, stepMs: MINUTE_MS }];
    seriesId = (await ensureSeries(server.database, metricId, wanted))[0]?.id ?? 0;
    await saveDetection(server.database, [
      {
        seriesId,
        metricId,
        labels,
        scoredFromMs: null,
        scoredUntilMs: TEST_NOW_MS,
        episodes: DISTANCES.map((distance, i) => lunch(TEST_NOW_MS - (i + 1) * DAY_MS, distance)),
        bands: [],
      },
    ]);
    const { body } = await server.call('GET', '/api/v1/anomalies');
    ids = AnomalyList.parse(body).anomalies.map(({ id }) => id);
  }, 30_000);
  afterAll(() => server.close());
  beforeEach(async () => {
    server.engine.asked.length = 0;
    await server.database.query('delete from rules');
    await server.database.query('delete from verdicts');
    await server.database.query('update anomalies set is_confirmed = null, quieted_by = null');
  });

  const say = async (id: number, body: object, user = 'ann') => {
    const answer = await server.call('POST', `/api/v1/anomalies/${id}/feedback?user=${user}`, body);
    expect(answer.status).toBe(200);
    return FeedbackKept.parse(answer.body);
  };
  const rules = async (query = '') =>
    RuleList.parse((await server.call('GET', `/api/v1/rules${query}`)).body);
  const rule = async (id: number) =>
    Rule.parse((await server.call('GET', `/api/v1/rules/${id}`)).body);
  const proposals = async (id: number, query = '') => {
    const { body } = await server.call('GET', `/api/v1/anomalies/${id}/rule-proposals${query}`);
    return RuleProposals.parse(body);
  };

  test('a verdict is kept with who gave it, when and why, beside those before', async () => {
    const [id = 0] = ids;
    expect(await say(id, { verdict: 'confirmed' })).toMatchObject({
      message: 'Anomaly confirmed',
      is_confirmed: true,
      proposed_rule_id: null,
    });
    await say(id, { verdict: 'none', comment: 'not sure' }, 'bo');
    const { body } = await server.call('GET', `/api/v1/anomalies/${id}/feedback`);
    expect(FeedbackHistory.parse(body)).toEqual({
      anomaly_id: id,
      feedback: [
        { verdict: 'none', comment: 'not sure', user: 'bo', at: expect.any(String) },
        { verdict: 'confirmed', comment: '', user: 'ann', at: expect.any(String) },
      ],
    });
    const anomaly = Anomaly.parse((await server.call('GET', `/api/v1/anomalies/${id}`)).body);
    expect(anomaly).toMatchObject({ is_confirmed: null, confirmed_by: null, confirmed_at: null });
  });

  test('a false alarm proposes one rule, which a second verdict does not double and another takes back', async () => {
    const [id = 0] = ids;
    const kept = await say(id, { verdict: 'false_positive', comment: 'backup' });
    const proposed = await rule(kept.proposed_rule_id ?? 0);
    expect(proposed).toMatchObject({
      status: 'proposed',
      anomaly_kind: 'deviation',
      scope: { kind: 'series', series_id: seriesId },
      metric_name: 'load',
      anomaly_id: id,
      reason: 'backup',
      created_by: 'ann',
      decided_by: null,
      acted: 0,
    });
    expect(proposed.effect.quieted).toContain(id);
    expect(server.engine.asked).toEqual([]);
    await server.call('POST', `/api/v1/anomalies/${id}/confirm?confirmed=false`);
    expect((await rules()).total).toBe(1);
    await say(id, { verdict: 'confirmed' });
    expect((await rules()).total).toBe(0);
    expect((await rules('?status=removed')).total).toBe(2);
  });

  test('a proposal that covers a pattern takes the place of those for parts of it', async () => {
    const [first = 0, second = 0, , fourth = 0] = ids;
    for (const id of [fourth, second, first]) await say(id, { verdict: 'false_positive' });
    const { total, rules: waiting } = await rules('?status=proposed');
    expect(total).toBe(1);
    expect(waiting[0]).toMatchObject({
      anomaly_id: first,
      effect: { false_alarms: [first, second, fourth] },
    });
  });

  test('an explanation and what is similar name the rules that would quiet an anomaly', async () => {
    const [first = 0, , large = 0] = ids;
    const { proposed_rule_id: id } = await say(first, { verdict: 'false_positive' });
    const { sentence } = await rule(id ?? 0);
    for (const view of ['explain', 'similar']) {
      const named = await server.call('GET', `/api/v1/anomalies/${first}/${view}`);
      expect(named.body['rules']).toEqual([{ rule_id: id, status: 'proposed', sentence }]);
      const other = await server.call('GET', `/api/v1/anomalies/${large}/${view}`);
      expect(other.body['rules']).toEqual([]);
    }
  });

  test('proposals say what they would have done, and none loses what a person confirmed', async () => {
    const [first = 0, second = 0, large = 0, fourth = 0] = ids;
    const told = await proposals(first);
    expect(told).toMatchObject({ anomaly_id: first, weeks: 4 });
    const distance = told.proposals.find(({ condition }) => condition.kind === 'min_deviation');
    // 8 × 1.1
    expect(distance).toMatchObject({
      condition: { kind: 'min_deviation', absolute: 8.8 },
      sentence: 'deviations smaller than 880 percentage points of load (host=a)',
      effect: {
        compared: 4,
        quieted: [first, fourth],
        alerts_fewer: [first, fourth],
        false_alarms: [],
        confirmed_lost: [],
      },
    });
    await say(fourth, { verdict: 'confirmed' });
    await say(second, { verdict: 'false_positive' });
    const after = await proposals(first);
    for (const { effect } of after.proposals) expect(effect.confirmed_lost).toEqual([]);
    // Now that the second is of the pattern: 9 × 1.1
    const costly = after.costly.find(({ condition }) => condition.kind === 'min_deviation');
    expect(costly).toMatchObject({
      condition: { absolute: 9.9 },
      effect: { quieted: [first, second, fourth], confirmed_lost: [fourth] },
    });
    expect((await proposals(large, '?weeks=1&scope=query')).proposals[0]?.scope).toEqual({
      kind: 'query',
      metric_name: 'load',
    });
  });

  test('a proposal is accepted as it stands, switched off and on, and removed, with who did it', async () => {
    const [first = 0] = ids;
    const [best] = (await proposals(first, '?scope=labels&match=host=a')).proposals;
    const made = await server.call('POST', '/api/v1/rules?user=ann', {
      ...best,
      anomaly_id: first,
    });
    expect(made.status).toBe(201);
    const { id } = Rule.parse(made.body);
    expect(made.body).toMatchObject({
      status: 'accepted',
      decided_by: 'ann',
      condition: best?.condition,
      sentence: best?.sentence,
      scope: { kind: 'labels', match: { host: 'a' } },
    });
    const off = await server.call('POST', `/api/v1/rules/${id}/disable?user=bo`);
    expect(off.body).toEqual({ message: 'Rule switched off', rule_id: id });
    expect(await rule(id)).toMatchObject({ status: 'off', decided_by: 'bo' });
    await server.call('POST', `/api/v1/rules/${id}/enable`);
    expect(await rule(id)).toMatchObject({ status: 'accepted' });
    expect((await server.call('DELETE', `/api/v1/rules/${id}`)).body['message']).toBe(
      'Rule removed',
    );
    expect(await rule(id)).toMatchObject({ status: 'removed' });
    expect(server.engine.asked).toEqual(['context', 'context', 'context', 'context']);
    expect((await server.call('POST', `/api/v1/rules/${id}/enable`)).status).toBe(409);
    expect((await server.call('DELETE', `/api/v1/rules/${id}`)).status).toBe(409);
  });

  test('a proposal that is deleted is rejected, and not proposed again', async () => {
    const [first = 0] = ids;
    const { proposed_rule_id: id } = await say(first, { verdict: 'false_positive' });
    expect((await server.call('POST', `/api/v1/rules/${id}/disable`)).status).toBe(409);
    expect((await server.call('DELETE', `/api/v1/rules/${id}`)).body['message']).toBe(
      'Rule rejected',
    );
    expect(await say(first, { verdict: 'false_positive' })).toMatchObject({
      proposed_rule_id: null,
    });
    expect((await rules('?status=rejected')).rules.map((one) => one.id)).toEqual([id]);
  });

  test('a rule is weighed before it is made, and nothing is kept of that', async () => {
    const wish = {
      condition: { kind: 'min_deviation', absolute: 9.5 },
      scope: { kind: 'query', metric_name: 'load' },
    };
    const { total } = RuleList.parse((await server.call('GET', '/api/v1/rules')).body);
    const { status, body } = await server.call('POST', '/api/v1/rules/preview', wish);
    expect(status).toBe(200);
    const { sentence, effect } = PreviewedRule.parse(body);
    expect(effect).toMatchObject({ compared: 4 });
    expect(effect.quieted).toHaveLength(3);
    expect((await server.call('GET', '/api/v1/rules')).body).toMatchObject({ total });
    const made = Rule.parse((await server.call('POST', '/api/v1/rules', wish)).body);
    expect({ sentence: made.sentence, effect: made.effect }).toEqual({ sentence, effect });
    await server.call('DELETE', `/api/v1/rules/${made.id}`);
    const wrong = { ...wish, scope: { kind: 'query', metric_name: 'laod' } };
    expect((await server.call('POST', '/api/v1/rules/preview', wrong)).body).toMatchObject({
      error: expect.stringContaining('Cannot make a rule for metric "laod": there is none'),
    });
  });

  test('what a rule keeps quiet says so, and counts for it', async () => {
    const [first = 0, second = 0] = ids;
    const made = await server.call('POST', '/api/v1/rules', {
      condition: { kind: 'direction', direction: 'above' },
      scope: { kind: 'query', metric_name: 'load' },
    });
    const { id, sentence } = Rule.parse(made.body);
    expect(sentence).toBe('anomalies of kind deviation above what is expected of load');
    await server.database.query(
      `update anomalies set quieted_by = $1, quiet_reason = $2, is_confirmed = id = $3 where id in ($3, $4)`,
      [id, sentence, first, second],
    );
    const { body } = await server.call('GET', `/api/v1/anomalies/${first}`);
    expect(body).toMatchObject({ quieted_by: { rule_id: id, reason: sentence } });
    expect(body['explanation']).toContain(`Kept quiet by rule ${id}: ${sentence}`);
    expect(await rule(id)).toMatchObject({ acted: 2, acted_on_confirmed: 1 });
    const quiet = await server.call('GET', '/api/v1/anomalies?quieted=true');
    expect(AnomalyList.parse(quiet.body)).toMatchObject({
      total: 2,
      anomalies: [{ id: first }, { id: second }],
    });
    expect((await server.call('GET', '/api/v1/anomalies?quieted=false')).body['total']).toBe(2);
  });

  const SCOPE = { kind: 'query', metric_name: 'load' };
  const ABOVE = { kind: 'direction', direction: 'above' };
  test.each([
    [{ scope: SCOPE }, 'condition'],
    [{ condition: ABOVE }, 'scope'],
    [{ condition: { kind: 'min_deviation' }, scope: SCOPE }, 'absolute'],
    [{ condition: { kind: 'min_deviation', absolute: -1 }, scope: SCOPE }, 'absolute'],
    [{ condition: { kind: 'luck' }, scope: SCOPE }, 'kind'],
    [{ condition: { kind: 'hours', hours: 'noon', size: 2 }, scope: SCOPE }, 'hours'],
    [{ condition: { ...ABOVE, extra: 1 }, scope: SCOPE }, 'condition'],
    [{ condition: ABOVE, scope: { kind: 'query', metric_name: 'nothing' } }, 'metric_name'],
    [{ condition: ABOVE, scope: { kind: 'series', series_id: 99999 } }, 'series_id'],
    [{ condition: ABOVE, scope: { kind: 'labels', match: {} } }, 'match'],
    [{ condition: ABOVE, scope: SCOPE, anomaly_id: 999999 }, 'anomaly_id'],
    [{ condition: ABOVE, scope: SCOPE, anomaly_kind: 'ufo' }, 'anomaly_kind'],
  ])('a rule of %j is 422 and says where', async (body, where) => {
    const answer = await server.call('POST', '/api/v1/rules', body);
    expect(answer.status).toBe(422);
    const [first] = Complaints.parse(answer.body['detail']);
    expect(first?.loc.at(-1)).toBe(where);
    expect(first?.msg).toMatch(/\w/);
  });

  test.each([
    [{}, 'verdict'],
    [{ verdict: 'perhaps' }, 'verdict'],
    [{ verdict: 'confirmed', scope: 'world' }, 'scope'],
    [{ verdict: 'false_positive', scope: { match: { host: 'b' } } }, 'match'],
    [{ verdict: 'none', comment: 'x'.repeat(2001) }, 'comment'],
  ])('feedback %j is 422 and says where', async (body, where) => {
    const answer = await server.call('POST', `/api/v1/anomalies/${ids[0]}/feedback`, body);
    expect(answer.status).toBe(422);
    const [first] = Complaints.parse(answer.body['detail']);
    expect(first?.loc.at(-1)).toBe(where);
  });

  test.each([
    ['POST', '/api/v1/anomalies/999999/feedback', 404],
    ['GET', '/api/v1/anomalies/999999/feedback', 404],
    ['GET', '/api/v1/anomalies/999999/rule-proposals', 404],
    ['GET', '/api/v1/anomalies/1/rule-proposals?scope=labels', 422],
    ['GET', '/api/v1/anomalies/1/rule-proposals?match=host=a', 422],
    ['GET', '/api/v1/anomalies/1/rule-proposals?scope=labels&match=host', 422],
    ['GET', '/api/v1/anomalies/1/rule-proposals?weeks=0', 422],
    ['GET', '/api/v1/rules/999999', 404],
    ['GET', '/api/v1/rules/x', 422],
    ['GET', '/api/v1/rules?status=asleep', 422],
    ['POST', '/api/v1/rules/999999/enable', 404],
    ['POST', '/api/v1/rules/999999/disable', 404],
    ['DELETE', '/api/v1/rules/999999', 404],
  ] as const)('%s %s is %i', async (method, path, status) => {
    const body = path.endsWith('feedback') && method === 'POST' ? { verdict: 'none' } : undefined;
    const answer = await server.call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatch(/^Cannot /);
  });

  test('no rule is proposed for what another program reported', async () => {
    const report = {
      metric_name: 'shop',
      timestamp: '2026-11-22T10:00:00',
      value: 2,
      severity: 'high',
    };
    const stored = await server.call('POST', '/api/v1/anomalies', {
      ...report,
      anomaly_score: 0.96,
    });
    const id = Number(stored.body['anomaly_id']);
    expect(await say(id, { verdict: 'false_positive' })).toMatchObject({ proposed_rule_id: null });
    const { status } = await server.call('GET', `/api/v1/anomalies/${id}/rule-proposals`);
    expect(status).toBe(422);
  });
}

/** From 12:10 of the day of `dayMs` for ten minutes, `distance` beyond an expected 1. */
function lunch(dayMs: number, distance: number): EpisodeDraft {
  return {
    ...sampleEpisode(dayMs + 20 * MINUTE_MS),
    endedAtMs: dayMs + 21 * MINUTE_MS,
    value: 1 + distance,
    context: {
      zone: 'UTC',
      unit: 'ratio',
      abnormal_samples: 10,
      reach: { distance, relative: distance, widths: distance },
      contributions: [
        { name: 'pattern', detector: 'isolation_forest', meaning: '', ratio: 1, share: 1 },
      ],
    },
  };
}
