import { describe, expect, it } from 'vitest';
import { seededRng } from '../random.ts';
import { blastRadius } from './blast-radius.ts';
import { groupMembers } from './group-members.ts';
import type { IncidentGroup } from './incident-group.ts';
import { lifeOf } from './incident-life.ts';
import type { IncidentMember } from './incident-member.ts';
import { incidentTitle } from './incident-title.ts';
import { pairsToCompare } from './learned-pairs.ts';
import { rankCauses } from './rank-causes.ts';
import type { Tie } from './tie.ts';
import { tieSentence } from './tie-sentence.ts';
import { traitsOf } from './traits.ts';

const T0 = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const RULES = { gapMs: 15 * MINUTE, sharedLabels: [] };
const UNTOUCHED = { acknowledgedAtMs: null, endedByHandMs: null };

function member(id: number, minutes: number, more: Partial<IncidentMember> = {}): IncidentMember {
  const startedAtMs = T0 + minutes * MINUTE;
  return {
    id,
    seriesId: id,
    metricName: 'cpu',
    labels: { instance: 'web-1:9100' },
    kind: 'deviation',
    severity: 'medium',
    ratio: 2,
    startedAtMs,
    lastAtMs: startedAtMs + 10 * MINUTE,
    endedAtMs: null,
    stepMs: MINUTE,
    incidentId: null,
    ties: [],
    ...more,
  };
}

const on = (host: string) => ({ labels: { instance: `${host}:9100` } });

const idsOf = (groups: readonly IncidentGroup[]) =>
  groups.map(({ members }) => members.map(({ id }) => id));

/** The same, whatever order: to compare partitions. */
const partition = (groups: readonly IncidentGroup[]) =>
  idsOf(groups)
    .map((ids) => ids.toSorted((a, b) => a - b))
    .toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));

describe('groupMembers()', () => {
  it('puts together what is on one machine, whatever the exporter, at the same time', () => {
    const groups = groupMembers(
      [member(2, 5, { labels: { instance: 'web-1:9256' } }), member(1, 0)],
      RULES,
    );
    expect(idsOf(groups)).toEqual([[1, 2]]);
    expect(groups[0]?.incidentIds).toEqual([]);
  });

  it('keeps unrelated machines apart, also where they share a job', () => {
    const apart = [1, 2].map((i) =>
      member(i, i, { labels: { instance: `web-${i}:9100`, job: 'node' } }),
    );
    expect(idsOf(groupMembers(apart, RULES))).toEqual([[1], [2]]);
    const rules = { ...RULES, sharedLabels: ['job'] };
    expect(idsOf(groupMembers(apart, rules))).toEqual([[1, 2]]);
  });

  it('lets the gap decide when one trouble is over and the next begins', () => {
    expect(idsOf(groupMembers([member(1, 0), member(2, 25)], RULES))).toEqual([[1, 2]]);
    expect(idsOf(groupMembers([member(1, 0), member(2, 26)], RULES))).toEqual([[1], [2]]);
  });

  it('ties series without an entity by equal labels, and those without labels to nothing', () => {
    const sda = { labels: { device: 'sda' } };
    const none = { labels: {} };
    const members = [member(1, 0, sda), member(2, 0, sda), member(3, 0, none), member(4, 0, none)];
    expect(idsOf(groupMembers(members, RULES))).toEqual([[1, 2], [3], [4]]);
    expect(traitsOf({ seriesId: null, labels: {} }).size).toBe(0);
  });

  it('merges two incidents once a later anomaly ties them', () => {
    const service = { labels: { instance: 'web-1:9100', service: 'shop' }, incidentId: 7 };
    const other = { labels: { instance: 'db-1:9100', service: 'stock' }, incidentId: 3 };
    const bridge = { labels: { instance: 'db-1:9100', service: 'shop' } };
    const rules = { ...RULES, sharedLabels: ['service'] };
    const before = [member(1, 0, service), member(2, 1, other)];
    expect(groupMembers(before, rules).map(({ incidentIds }) => incidentIds)).toEqual([[7], [3]]);
    const [merged, ...others] = groupMembers([...before, member(3, 5, bridge)], rules);
    expect(merged?.incidentIds).toEqual([3, 7]);
    expect(others).toEqual([]);
  });

  it('takes what starts after a person ended an incident for another one', () => {
    const rules = { ...RULES, endedByHandMs: new Map([[7, T0 + 5 * MINUTE]]) };
    const ended = member(1, 0, { incidentId: 7 });
    expect(idsOf(groupMembers([ended, member(2, 4)], rules))).toEqual([[1, 2]]);
    expect(idsOf(groupMembers([ended, member(2, 6)], rules))).toEqual([[1], [2]]);
  });

  it('gives the same in any order, in one go or in several, and from what was kept as JSON', () => {
    for (let seed = 0; seed < 200; seed++) {
      const rng = seededRng(seed);
      const pick = (count: number) => Math.floor(rng() * count);
      const all = Array.from({ length: 30 }, (_, i) => {
        const labels = { instance: `web-${pick(4)}:9100`, zone: `z${pick(6)}` };
        const startedAtMs = T0 + pick(400) * MINUTE;
        const lastAtMs = startedAtMs + pick(30) * MINUTE;
        return member(i + 1, 0, { seriesId: pick(12), labels, startedAtMs, lastAtMs });
      });
      const rules = { gapMs: pick(20) * MINUTE, sharedLabels: pick(2) === 0 ? [] : ['zone'] };
      const expected = partition(groupMembers(all, rules));
      const shuffled = all.toSorted((a, b) => ((a.id * 7919) % 31) - ((b.id * 7919) % 31));
      expect(partition(groupMembers(shuffled, rules))).toEqual(expected);
      let kept: IncidentMember[] = [];
      let next = 1;
      for (let from = 0; from < shuffled.length; from += 10) {
        const come = [...kept, ...shuffled.slice(from, from + 10)];
        kept = groupMembers(come, rules).flatMap(({ incidentIds, members }) => {
          const incidentId = incidentIds[0] ?? next++;
          return members.map((one): IncidentMember => ({ ...one, incidentId }));
        });
        kept = JSON.parse(JSON.stringify(kept));
      }
      const again = groupMembers(kept, rules);
      expect(partition(again)).toEqual(expected);
      expect(again.every(({ incidentIds }) => incidentIds.length === 1)).toBe(true);
    }
  });
});

describe('ties', () => {
  const moved = { correlation: 0.83, lagMs: 5 * MINUTE };
  const learned = (earlierId: number, laterId: number) => ({ earlierId, laterId, ...moved });

  it('are kept of each that joins, once, and say what is shared with whom', () => {
    const members = [
      member(1, 0, on('db-1')),
      member(2, 1, { ...on('db-1'), metricName: 'disk' }),
      member(3, 2, { labels: { instance: 'api-1:9100', service: 'shop' } }),
      member(4, 3, { labels: { instance: 'api-2:9100', service: 'shop' } }),
      member(5, 12, { ...on('db-1'), seriesId: 1 }),
    ];
    const rules = { ...RULES, sharedLabels: ['service'], learned: [learned(2, 3)] };
    const [group, ...others] = groupMembers(members, rules);
    expect(others).toEqual([]);
    const known = new Map(members.map((one) => [one.id, one]));
    const sentences = group?.members.map(({ id, ties }) => [
      id,
      ...ties.map((tie) => tieSentence(tie, known.get(tie.anomalyId))),
    ]);
    expect(sentences).toEqual([
      [1],
      [2, 'On db-1, as cpu'],
      [3, 'Moved with disk of db-1 in the week before, 5 minutes later: correlation 0.83'],
      [4, 'Same service=shop as cpu of api-1'],
      [5, 'The same series once more'],
    ]);
    const again = groupMembers(
      members.map((one) => ({ ...one, incidentId: 7 })),
      rules,
    );
    expect(again.map(({ joined }) => joined.size)).toEqual([0]);
  });

  it('that were learned merge incidents that were apart', () => {
    const members = [
      member(1, 0, { ...on('db-1'), incidentId: 3 }),
      member(2, 5, { ...on('queue-1'), incidentId: 7 }),
      member(3, 9, on('api-1')),
    ];
    const rules = { ...RULES, learned: [learned(1, 3), learned(2, 3)] };
    const [merged, ...others] = groupMembers(members, rules);
    expect(others).toEqual([]);
    expect(merged?.incidentIds).toEqual([3, 7]);
    expect(merged?.members.map(({ ties }) => ties.length)).toEqual([0, 0, 2]);
  });

  it('that were learned draw sixteen entities together and not one more', () => {
    const members = Array.from({ length: 30 }, (_, i) => member(i + 1, 0, on(`web-${i}`)));
    const hub = members.slice(1).map(({ id }) => learned(1, id));
    const sizes = groupMembers(members, { ...RULES, learned: hub }).map(
      (group) => group.members.length,
    );
    expect(sizes.toSorted((a, b) => b - a).slice(0, 2)).toEqual([16, 1]);
  });
});

describe('pairsToCompare()', () => {
  const rules = { gapMs: 15 * MINUTE, endedByHandMs: new Map([[9, T0 + 2 * MINUTE]]) };
  const pairsOf = (members: readonly IncidentMember[]) =>
    pairsToCompare(groupMembers(members, RULES), rules).map(({ earlier, later }) => [
      earlier.id,
      later.id,
    ]);

  it('are those that nothing ties, one of them new, begun within half an hour and the gap', () => {
    const inOne = { incidentId: 3 };
    expect(pairsOf([member(1, 0, on('web-1')), member(2, 20, on('web-2'))])).toEqual([[1, 2]]);
    expect(pairsOf([member(1, 0, on('web-1')), member(2, 20, on('web-1'))])).toEqual([]);
    expect(pairsOf([member(1, 0, on('web-1')), member(2, 26, on('web-2'))])).toEqual([]);
    const long = { ...on('web-1'), lastAtMs: T0 + 90 * MINUTE };
    expect(pairsOf([member(1, 0, long), member(2, 30, on('web-2'))])).toEqual([[1, 2]]);
    expect(pairsOf([member(1, 0, long), member(2, 31, on('web-2'))])).toEqual([]);
    expect(
      pairsOf([member(1, 0, { ...on('web-1'), ...inOne }), member(2, 5, on('web-2'))]),
    ).toEqual([[1, 2]]);
    const both = [
      member(1, 0, { ...on('web-1'), ...inOne }),
      member(2, 5, { ...on('web-2'), incidentId: 4 }),
    ];
    expect(pairsOf(both)).toEqual([]);
    expect(
      pairsOf([member(1, 0, on('web-1')), member(2, 5, { ...on('web-2'), seriesId: null })]),
    ).toEqual([]);
  });

  it('leave alone what a person has ended', () => {
    const ended = member(1, 0, { ...on('web-1'), incidentId: 9 });
    expect(pairsOf([ended, member(2, 1, on('web-2'))])).toEqual([[1, 2]]);
    expect(pairsOf([ended, member(2, 3, on('web-2'))])).toEqual([]);
  });

  it('are the strongest four of a trouble, and three hundred at most', () => {
    const storm = Array.from({ length: 60 }, (_, i) =>
      member(i + 1, 0, { ...on(`web-${i % 2}`), ratio: 1 + i }),
    );
    // Every second one is of either host: the last eight have the highest ratios.
    const compared = new Set(pairsOf(storm).flat());
    expect([...compared].toSorted((a, b) => a - b)).toEqual([53, 54, 55, 56, 57, 58, 59, 60]);
    const wide = Array.from({ length: 200 }, (_, i) => member(i + 1, 0, on(`web-${i}`)));
    expect(pairsOf(wide)).toHaveLength(300);
  });
});

describe('lifeOf()', () => {
  const rules = { nowMs: T0 + 30 * MINUTE, gapMs: 15 * MINUTE, minMembers: 2 };
  const ended = member(1, 0, { endedAtMs: T0 + 12 * MINUTE });

  it('is open while a member is, acknowledged once somebody looked, and as bad as the worst', () => {
    const members = [ended, member(2, 3, { severity: 'critical' })];
    expect(lifeOf(members, UNTOUCHED, rules)).toEqual({
      status: 'open',
      severity: 'critical',
      startedAtMs: T0,
      lastAtMs: T0 + 13 * MINUTE,
      endedAtMs: null,
      resolvedAtMs: null,
      formed: true,
    });
    const seen = { ...UNTOUCHED, acknowledgedAtMs: T0 };
    expect(lifeOf(members, seen, rules).status).toBe('acknowledged');
  });

  it('is resolved, as of the last end, when nothing came for the gap', () => {
    const soon = { ...rules, nowMs: T0 + 25 * MINUTE };
    expect(lifeOf([ended], UNTOUCHED, soon)).toMatchObject({ status: 'open', formed: false });
    expect(lifeOf([ended], UNTOUCHED, rules)).toMatchObject({
      status: 'resolved',
      resolvedAtMs: T0 + 12 * MINUTE,
    });
  });

  it('stays resolved where a person ended it, although a member goes on', () => {
    const byHand = { ...UNTOUCHED, endedByHandMs: T0 + MINUTE };
    const life = lifeOf([member(1, 0)], byHand, rules);
    expect(life).toMatchObject({ status: 'resolved', resolvedAtMs: T0 + MINUTE, endedAtMs: null });
  });

  it('refuses an incident of nothing', () => {
    expect(() => lifeOf([], UNTOUCHED, rules)).toThrow(RangeError);
  });
});

const follows = (lagMs: number, anomalyId: number): Tie[] => [
  { kind: 'correlation', correlation: 0.8, lagMs, anomalyId },
];
const first = (...members: readonly IncidentMember[]) => rankCauses(members)[0]?.member.id;

describe('rankCauses()', () => {
  it('lets the past order what began between the same two samples, and nothing else', () => {
    const weak = member(1, 0);
    const strong = { ratio: 2.5, ...on('api-1') };
    expect(first(weak, member(2, 0, strong))).toBe(2);
    expect(first(weak, member(2, 0, { ...strong, ties: follows(2 * MINUTE, 1) }))).toBe(1);
    expect(first(member(1, 0, { ties: follows(-2 * MINUTE, 2) }), member(2, 0, strong))).toBe(1);
    // It usually leads, or goes along, but this time it was abnormal three samples later.
    for (const lagMs of [-2 * MINUTE, 0]) {
      const late = member(2, 3, { ...strong, ties: follows(lagMs, 1) });
      expect(rankCauses([weak, late]).map(({ afterMs }) => afterMs)).toEqual([0, 3 * MINUTE]);
    }
    const [, second] = rankCauses([weak, member(2, 0, { ...strong, ties: follows(20_000, 1) })]);
    expect(second?.afterMs).toBe(20_000);
  });

  it('ranks the first mover first, although what follows is stronger', () => {
    const ranked = rankCauses([member(2, 3, { ratio: 9 }), member(1, 0)]);
    expect(ranked.map((cause) => cause.member.id)).toEqual([1, 2]);
    expect(ranked[0]).toMatchObject({ onsetMs: T0 - MINUTE, afterMs: 0 });
    // ln 3 beside ln 10 halved three times.
    expect(ranked[0]?.contribution).toBeCloseTo(Math.log(3) / (Math.log(3) + Math.LN10 / 8), 9);
    expect(ranked[1]?.afterMs).toBe(3 * MINUTE);
  });

  it('allows for steps: a slow series may have begun before the quick one that told of it first', () => {
    const slow = member(2, 4, { stepMs: 5 * MINUTE });
    expect(rankCauses([member(1, 1), slow]).map((cause) => cause.member.id)).toEqual([2, 1]);
  });

  it('lets the peak decide between two of the same time', () => {
    const ranked = rankCauses([member(1, 0, { ratio: 1.2 }), member(2, 0, { ratio: 4 })]);
    expect(ranked[0]?.member.id).toBe(2);
    expect(ranked.reduce((sum, cause) => sum + cause.contribution, 0)).toBeCloseTo(1, 12);
  });

  it('copes with ratios that are no numbers, and with nothing', () => {
    const ratios = [Number.NaN, Number.POSITIVE_INFINITY, 0];
    const ranked = rankCauses(ratios.map((ratio, i) => member(i + 1, 0, { ratio })));
    expect(ranked.map((cause) => cause.member.id)).toEqual([2, 1, 3]);
    expect(ranked.every(({ contribution }) => contribution > 0)).toBe(true);
    expect(rankCauses([])).toEqual([]);
  });
});

describe('blastRadius()', () => {
  it('counts every series, metric and entity once, first touched first', () => {
    const members = [
      member(3, 4, { labels: { pod: 'a', namespace: 'shop' }, metricName: null }),
      member(2, 1, { metricName: 'memory' }),
      member(1, 0),
      member(4, 2, { seriesId: 1 }),
    ];
    expect(blastRadius(members)).toEqual({
      series: 3,
      metrics: ['cpu', 'memory'],
      entities: [{ instance: 'web-1' }, { namespace: 'shop', pod: 'a' }],
    });
  });
});

describe('incidentTitle()', () => {
  it('names the first mover and how many went with it', () => {
    const alone = member(1, 0);
    expect(incidentTitle([alone])).toBe('cpu of web-1');
    const late = member(2, 9, { metricName: 'memory' });
    expect(incidentTitle([late, alone])).toBe('cpu of web-1 and 1 more');
    expect(incidentTitle([member(1, 0, { metricName: null, labels: {} })])).toBe('an anomaly');
  });
});
