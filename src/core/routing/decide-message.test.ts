import { describe, expect, it } from 'vitest';
import { parseWeeklyHours } from '../context/maintenance.ts';
import { type Circumstances, decideMessage, type Told } from './decide-message.ts';
import { draftMessage, incidentLabels } from './incident-message.ts';
import { parseMatcher } from './matcher.ts';
import { planMessages } from './plan-messages.ts';
import { DEFAULT_ROUTE, type Route } from './route.ts';
import type { RoutedIncident, RoutedMember } from './routed-incident.ts';

const MINUTE = 60_000;
/** A Sunday noon. */
const NOON = Date.UTC(2026, 10, 22, 12);

function member(id: number, more: Partial<RoutedMember> = {}): RoutedMember {
  return {
    id,
    seriesId: id,
    metricName: 'cpu',
    labels: { instance: 'web-1' },
    tags: { team: 'shop' },
    kind: 'deviation',
    severity: 'high',
    ratio: 3,
    startedAtMs: NOON - MINUTE,
    lastAtMs: NOON,
    endedAtMs: null,
    stepMs: MINUTE,
    ties: [],
    incidentId: 7,
    confidence: 0.9,
    explanation: `cpu ${id} is high`,
    value: 0.9,
    expected: 0.2,
    isConfirmed: null,
    ...more,
  };
}

function incident(more: Partial<RoutedIncident> = {}): RoutedIncident {
  return {
    id: 7,
    title: 'cpu of web-1',
    status: 'open',
    severity: 'high',
    startedAtMs: NOON - MINUTE,
    endedAtMs: null,
    formedAtMs: NOON,
    acknowledgedBy: null,
    resolvedBy: null,
    resolvedAtMs: null,
    mergedInto: null,
    members: [member(1)],
    ...more,
  };
}

const route = (more: Partial<Route> = {}): Route => {
  return { ...DEFAULT_ROUTE, name: 'route 1', channels: ['ops'], ...more };
};

function at(more: Partial<Circumstances> = {}): Circumstances {
  return {
    routes: [route()],
    silences: [],
    windows: [],
    told: undefined,
    withheldFor: undefined,
    nowMs: NOON,
    zone: 'UTC',
    ...more,
  };
}

const told = (more: Partial<Told> = {}): Told => {
  return {
    state: 'firing',
    severity: 'high',
    members: 1,
    acknowledged: false,
    atMs: NOON - MINUTE,
    ...more,
  };
};

const send = (message: string) => ({ kind: 'send', message });
const silence = (text: string, minutes = 30) => {
  return {
    id: 3,
    matchers: [parseMatcher(text)],
    startsAtMs: NOON,
    endsAtMs: NOON + minutes * MINUTE,
  };
};

describe('decideMessage()', () => {
  it('tells of a beginning once, and of its end only to who was told', () => {
    expect(decideMessage(incident(), at())).toEqual(send('firing'));
    expect(decideMessage(incident(), at({ told: told() }))).toEqual({ kind: 'nothing' });
    const over = incident({ status: 'resolved' });
    expect(decideMessage(over, at({ told: told() }))).toEqual(send('resolved'));
    expect(decideMessage(over, at())).toEqual({ kind: 'nothing' });
    expect(decideMessage(over, at({ told: told({ state: 'resolved' }) }))).toEqual({
      kind: 'nothing',
    });
  });

  it('says nothing of what has too few members, or to whom no route leads', () => {
    expect(decideMessage(incident({ formedAtMs: null }), at())).toEqual({ kind: 'nothing' });
    expect(decideMessage(incident({ members: [] }), at())).toEqual({ kind: 'nothing' });
    const routes = [route({ matchers: [parseMatcher('team=stock')] })];
    expect(decideMessage(incident(), at({ routes }))).toEqual({ kind: 'nothing' });
  });

  it.each([
    [
      'severity',
      incident({ severity: 'low', members: [member(1, { severity: 'low' })] }),
      'below min_severity medium of route 1',
    ],
    [
      'confidence',
      incident({ members: [member(1, { confidence: 0.1 })] }),
      'below min_confidence 0.2 of route 1',
    ],
    [
      'acknowledged',
      incident({ status: 'acknowledged', acknowledgedBy: 'ann' }),
      'acknowledged by ann before it was sent',
    ],
  ])('says why not: %s', (_, one, reason) => {
    expect(decideMessage(one, at())).toEqual({
      kind: 'withhold',
      message: 'firing',
      reason,
      untilMs: null,
    });
  });

  it('is quiet in quiet hours, by the zone, and says until when', () => {
    const routes = [route({ quietHours: [parseWeeklyHours('daily 12:00-14:00')] })];
    expect(decideMessage(incident(), at({ routes, zone: 'Europe/Berlin' }))).toEqual({
      kind: 'withhold',
      message: 'firing',
      reason: 'quiet hours of route 1 until 14:00',
      untilMs: NOON + 60 * MINUTE,
    });
    const over = incident({ status: 'resolved' });
    expect(decideMessage(over, at({ routes, told: told() }))).toEqual(send('resolved'));
  });

  it('tells only of what deviates enough for its alert budget, and looks again while that may grow', () => {
    const routes = [route({ leastRatio: 3.2 })];
    const reason = 'below the alert budget of route 1: deviation ratio 3.00 of 3.20';
    const small = { kind: 'withhold', message: 'firing', reason };
    expect(decideMessage(incident(), at({ routes }))).toEqual({ ...small, untilMs: NOON + MINUTE });
    const ended = incident({ endedAtMs: NOON });
    expect(decideMessage(ended, at({ routes }))).toEqual({ ...small, untilMs: null });
    const grown = incident({ members: [member(1), member(2, { ratio: 3.3 })] });
    expect(decideMessage(grown, at({ routes }))).toEqual(send('firing'));
    const absent = incident({ members: [member(1, { kind: 'absence', ratio: 1 })] });
    expect(decideMessage(absent, at({ routes }))).toEqual(send('firing'));
    const worse = incident({ severity: 'critical' });
    expect(decideMessage(worse, at({ routes, told: told() }))).toEqual(send('updated'));
  });

  it('lets another route speak where the first one is quiet', () => {
    const quiet = route({ quietHours: [parseWeeklyHours('daily 00:00-24:00')] });
    const loud = route({ name: 'route 2', minSeverity: 'critical' });
    const critical = incident({ severity: 'critical' });
    expect(decideMessage(critical, at({ routes: [quiet, loud] }))).toEqual(send('firing'));
    expect(decideMessage(incident(), at({ routes: [quiet, loud] }))).toMatchObject({
      reason: 'quiet hours of route 1 until 00:00',
    });
  });

  it('is silenced where every anomaly is, and says by which silence or planned work', () => {
    const two = incident({ members: [member(1), member(2, { labels: { instance: 'web-2' } })] });
    const silences = [silence('instance=web-1')];
    expect(decideMessage(two, at({ silences }))).toEqual(send('firing'));
    const when = { startMs: NOON - MINUTE, endMs: NOON + 15 * MINUTE };
    const windows = [{ title: 'Upgrade', matchers: { instance: 'web-2' }, when }];
    expect(decideMessage(two, at({ silences, windows }))).toEqual({
      kind: 'withhold',
      message: 'firing',
      reason: 'silenced by 3, planned work Upgrade until 12:15',
      untilMs: NOON + 15 * MINUTE,
    });
    const later = { silences, windows, nowMs: NOON + 40 * MINUTE };
    expect(decideMessage(two, at(later))).toEqual(send('firing'));
  });

  it('knows tags, alias and severity as labels', () => {
    const silences = ['team=shop', '__name__=cpu', 'severity=~high'].map((text) => silence(text));
    for (const one of silences)
      expect(decideMessage(incident(), at({ silences: [one] })).kind).toBe('withhold');
  });

  it('does not tell late of what ended while it was held back', () => {
    const ended = incident({ endedAtMs: NOON - MINUTE });
    expect(decideMessage(ended, at())).toEqual(send('firing'));
    const reason = 'silenced by 3; its anomalies ended before it could be sent';
    for (const withheldFor of ['silenced by 3', reason])
      expect(decideMessage(ended, at({ withheldFor }))).toMatchObject({ reason });
  });

  it('waits for what belongs to it below high, and only then', () => {
    const medium = incident({ severity: 'medium' });
    expect(decideMessage(medium, at())).toEqual({
      kind: 'wait',
      message: 'firing',
      reason: 'waits until 12:05 for what belongs to it',
      untilMs: NOON + 5 * MINUTE,
    });
    expect(decideMessage(medium, at({ nowMs: NOON + 5 * MINUTE }))).toEqual(send('firing'));
    expect(decideMessage(incident(), at())).toEqual(send('firing'));
  });

  it('spaces growth by the cooldown, but not a worse severity or an acknowledgement', () => {
    const grown = incident({ members: [member(1), member(2)] });
    expect(decideMessage(grown, at({ told: told() }))).toEqual({
      kind: 'wait',
      message: 'updated',
      reason: 'cooldown until 12:14',
      untilMs: NOON + 14 * MINUTE,
    });
    const cooled = at({ told: told(), nowMs: NOON + 14 * MINUTE });
    expect(decideMessage(grown, cooled)).toEqual(send('updated'));
    const worse = incident({ severity: 'critical' });
    expect(decideMessage(worse, at({ told: told() }))).toEqual(send('updated'));
    const seen = incident({ status: 'acknowledged', acknowledgedBy: 'ann' });
    expect(decideMessage(seen, at({ told: told() }))).toEqual(send('updated'));
    const seenAndGrown = { ...grown, status: 'acknowledged' as const };
    expect(decideMessage(seenAndGrown, at({ told: told({ acknowledged: true }) }))).toEqual({
      kind: 'nothing',
    });
  });

  it('tells again of what begins anew, after the cooldown', () => {
    const over = told({ state: 'resolved' });
    expect(decideMessage(incident(), at({ told: over })).kind).toBe('wait');
    const later = at({ told: over, nowMs: NOON + 30 * MINUTE });
    expect(decideMessage(incident(), later)).toEqual(send('firing'));
  });
});

describe('incidentLabels()', () => {
  it('are what all anomalies have in common', () => {
    const members = [member(1), member(2, { metricName: 'disk' })];
    expect(incidentLabels(incident({ members }))).toEqual({
      severity: 'high',
      team: 'shop',
      instance: 'web-1',
    });
  });
});

describe('draftMessage()', () => {
  it('is plain JSON with the likeliest causes', () => {
    const members = Array.from({ length: 12 }, (_, i) =>
      member(i + 1, { startedAtMs: NOON - (12 - i) * MINUTE, value: Number.NaN }),
    );
    const message = draftMessage('firing', incident({ members }), { labels: {}, nowMs: NOON });
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
    expect(message).toMatchObject({ memberCount: 12, endedAtMs: null });
    expect(message.members.map(({ anomalyId }) => anomalyId).slice(0, 3)).toEqual([1, 2, 3]);
    expect(message.members).toHaveLength(10);
    expect(message.members[0]?.value).toBeNull();
  });
});

describe('planMessages()', () => {
  const rules = {
    channels: ['ops', 'mail'],
    routes: [route(), route({ name: 'route 2', channels: ['mail'], minSeverity: 'critical' })],
    silences: [],
    windows: [],
    nowMs: NOON,
    zone: 'UTC',
  };

  it('tells each channel for itself, and says when to ask again', () => {
    const medium = incident({ id: 8, severity: 'medium' });
    const toRoute = { incidents: [incident(), medium], threads: [], pending: [] };
    const plan = planMessages(toRoute, rules);
    expect(plan.sent.map(({ channel, told: { state } }) => [channel, state])).toEqual([
      ['ops', 'firing'],
    ]);
    expect(
      plan.withheld.map(({ incidentId, channel, reason }) => [incidentId, channel, reason]),
    ).toEqual([
      [7, 'mail', 'below min_severity critical of route 2'],
      [8, 'ops', 'waits until 12:05 for what belongs to it'],
      [8, 'mail', 'below min_severity critical of route 2'],
    ]);
    expect(plan.again).toEqual([
      { incidentId: 7, atMs: null },
      { incidentId: 8, atMs: NOON + 5 * MINUTE },
    ]);
  });

  it('keeps the labels that a channel was told first, and drops what nobody needs any more', () => {
    const thread = { ...told(), incidentId: 7, channel: 'ops', labels: { instance: 'web-9' } };
    const pending = [
      { incidentId: 7, channel: 'mail', status: 'withheld' as const, reason: 'silenced by 3' },
    ];
    const incidents = [incident({ status: 'resolved' })];
    const plan = planMessages({ incidents, threads: [thread], pending }, rules);
    expect(plan.sent[0]?.message).toMatchObject({
      kind: 'resolved',
      labels: { instance: 'web-9' },
    });
    expect(plan.dropped).toEqual(pending);
  });
});
