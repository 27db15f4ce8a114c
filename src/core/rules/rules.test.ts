import { describe, expect, it } from 'vitest';
import { farther, reachOf } from '../anomalies/reach.ts';
import { describeRule } from './describe-rule.ts';
import { byMerit, effectOf, isHarmless, type PastOccurrence } from './effect.ts';
import { isOnePattern, proposeRules } from './propose.ts';
import { likenessTo, type Occurrence, quiets, type RuleCondition, weekTime } from './rule.ts';

const MINUTE = 60_000;
/** A Tuesday. */
const TUESDAY = Date.UTC(2026, 10, 24);
const WEEK = 7 * 86_400_000;

/** 20 above an expected 100 whose band ends 5 away, on Tuesday from 12:10 for 20 minutes. */
function lunch(over: Partial<Occurrence> = {}): Occurrence {
  return {
    kind: 'deviation',
    direction: 'above',
    ratio: 3,
    reach: { distance: 20, relative: 0.2, widths: 4 },
    samples: 20,
    startLocalMs: TUESDAY + 730 * MINUTE,
    lastLocalMs: TUESDAY + 750 * MINUTE,
    shares: new Map([
      ['jump_from_30', 0.7],
      ['pattern', 0.3],
    ]),
    ...over,
  };
}

const later = (ms: number, over: Partial<Occurrence> = {}) =>
  lunch({
    startLocalMs: lunch().startLocalMs + ms,
    lastLocalMs: lunch().lastLocalMs + ms,
    ...over,
  });
const far = (distance: number): Partial<Occurrence> => ({
  reach: { distance, relative: distance / 100, widths: distance / 5 },
});
const rule = (condition: RuleCondition) => ({ anomalyKind: 'deviation' as const, condition });

const span = (from: number, to: number) =>
  lunch({ startLocalMs: TUESDAY + from * MINUTE, lastLocalMs: TUESDAY + to * MINUTE });
const conditions = (anomaly: Occurrence, pattern: readonly Occurrence[] = []) =>
  proposeRules(anomaly, pattern).map(({ condition }) => condition);
const past = (id: number, over: Partial<PastOccurrence>): PastOccurrence => ({
  ...lunch(),
  id,
  isConfirmed: null,
  alerted: true,
  inIncident: false,
  ...over,
});

describe('reachOf()', () => {
  it('measures a sample by its distance, by what was expected and by the band on its side', () => {
    const sample = { value: 80, expected: 100, lower: 90, upper: 105 };
    expect(reachOf(sample)).toEqual({ distance: 20, relative: 0.2, widths: 2 });
    expect(farther(reachOf(sample), reachOf({ ...sample, value: 115 }))).toEqual({
      distance: 20,
      relative: 0.2,
      widths: 3,
    });
  });

  it('stays finite where nothing was expected and the band has no width', () => {
    const most = Number.MAX_VALUE;
    const sample = { value: 1, expected: 0, lower: 0, upper: 0 };
    expect(reachOf(sample)).toEqual({ distance: 1, relative: most, widths: most });
    expect(reachOf({ ...sample, value: Number.NaN }).distance).toBe(0);
  });
});

describe('quiets()', () => {
  it('quiets deviations below a limit until they reach it', () => {
    const small = rule({ kind: 'min_deviation', absolute: 22 });
    expect(quiets(small, lunch())).toBe(true);
    expect(quiets(small, lunch(far(22)))).toBe(false);
    expect(quiets(rule({ kind: 'min_deviation', relative: 0.21 }), lunch())).toBe(true);
    expect(quiets(rule({ kind: 'min_deviation', relative: 0.2 }), lunch())).toBe(false);
  });

  it('leaves anomalies of another kind alone', () => {
    const all = rule({ kind: 'min_deviation', absolute: 1e9 });
    expect(quiets(all, lunch({ kind: 'absence' }))).toBe(false);
  });

  it('quiets one direction', () => {
    const up = rule({ kind: 'direction', direction: 'above' });
    expect(quiets(up, lunch())).toBe(true);
    expect(quiets(up, lunch({ direction: 'below' }))).toBe(false);
  });

  it('widens the band in hours of the week, for what begins and ends in them', () => {
    const hours = rule({ kind: 'hours', hours: 'tue 12:00-12:45', size: 4.4 });
    expect(quiets(hours, lunch())).toBe(true);
    expect(quiets(hours, later(WEEK))).toBe(true);
    expect(quiets(hours, later(WEEK / 7))).toBe(false);
    expect(quiets(hours, lunch({ lastLocalMs: TUESDAY + 766 * MINUTE }))).toBe(false);
    expect(quiets(hours, lunch(far(23)))).toBe(false);
  });

  it('knows hours that pass midnight', () => {
    const night = rule({ kind: 'hours', hours: 'tue 23:00-01:00', size: 9 });
    expect(quiets(night, span(1390, 1490))).toBe(true);
    expect(quiets(night, span(1450, 1490))).toBe(true);
    expect(quiets(night, span(1390, 1501))).toBe(false);
    expect(quiets(night, span(10, 40))).toBe(false);
  });

  it('quiets what has the shape of a false alarm, unless it is larger, longer, of another direction or hour', () => {
    const shape = rule({
      kind: 'shape',
      direction: 'above',
      at: weekTime(lunch().startLocalMs),
      shares: { jump_from_30: 0.7, pattern: 0.3 },
      similarity: 0.7,
      size: 5,
      minutes: 30,
    });
    expect(quiets(shape, lunch())).toBe(true);
    expect(quiets(shape, later(WEEK))).toBe(true);
    expect(quiets(shape, later(WEEK / 7 + 120 * MINUTE))).toBe(true);
    expect(quiets(shape, later(WEEK / 7 + 121 * MINUTE))).toBe(false);
    expect(quiets(shape, later(-121 * MINUTE))).toBe(false);
    expect(quiets(shape, lunch(far(26)))).toBe(false);
    expect(quiets(shape, lunch({ lastLocalMs: TUESDAY + 761 * MINUTE }))).toBe(false);
    expect(quiets(shape, lunch({ direction: 'below' }))).toBe(false);
    const other = { shares: new Map([['volatility', 1]]) };
    expect(quiets(shape, lunch(other))).toBe(false);
    expect(quiets(shape, lunch({ ...other, samples: 4 }))).toBe(true);
  });
});

describe('likenessTo()', () => {
  it('is the weighted mean of course, direction and hour', () => {
    const shape = { direction: 'above', at: 'tue 12:10', shares: { jump_from_30: 0.5 } } as const;
    // Common contributions 0.5: (0.3 × 0.5 + 0.2 + 0.15) / 0.65
    expect(likenessTo(shape, lunch())).toBeCloseTo(0.7692, 4);
  });

  it('refuses a time of the week that is none', () => {
    const shape = { direction: 'above', at: 'noon', shares: {} } as const;
    expect(() => likenessTo(shape, lunch())).toThrow('Cannot read time of the week "noon"');
  });
});

describe('proposeRules()', () => {
  it('proposes one of each kind, with a little room', () => {
    expect(conditions(lunch())).toEqual([
      {
        kind: 'shape',
        direction: 'above',
        at: 'tue 12:10',
        shares: { jump_from_30: 0.7, pattern: 0.3 },
        similarity: 0.7,
        size: 5,
        minutes: 30,
      },
      { kind: 'hours', hours: 'tue 11:30-13:00', size: 4.4 },
      { kind: 'min_deviation', absolute: 22 },
      { kind: 'min_deviation', relative: 0.22 },
      { kind: 'direction', direction: 'above' },
    ]);
  });

  it('covers the pattern: on three days of the week it is one of every day', () => {
    const day = WEEK / 7;
    const pattern = [later(day, far(30)), later(2 * day + 20 * MINUTE), later(-13 * 60 * MINUTE)];
    const [shape, hours, distance] = conditions(lunch(), pattern);
    expect(shape).toMatchObject({ size: 7.5 });
    expect(hours).toEqual({ kind: 'hours', hours: 'mon-fri 11:30-13:30', size: 6.6 });
    expect(distance).toEqual({ kind: 'min_deviation', absolute: 33 });
  });

  it('finds hours about midnight', () => {
    const late = lunch({
      startLocalMs: TUESDAY + 1435 * MINUTE,
      lastLocalMs: TUESDAY + 1440 * MINUTE,
    });
    const [, hours] = conditions(late, []);
    expect(hours).toMatchObject({ hours: 'tue 23:00-00:30' });
  });

  it('asks for neither hours of half a week nor a distance of what has none', () => {
    const long = lunch({ lastLocalMs: TUESDAY + 3 * 1440 * MINUTE });
    expect(conditions(long).map(({ kind }) => kind)).toEqual([
      'shape',
      'min_deviation',
      'min_deviation',
      'direction',
    ]);
    const silence = lunch({ kind: 'absence', direction: 'shape', shares: new Map() });
    expect(conditions(silence)).toEqual([{ kind: 'hours', hours: 'tue 11:30-13:00', size: 3.3 }]);
  });

  it('takes for one pattern what looks alike', () => {
    expect(isOnePattern(lunch(), later(WEEK))).toBe(true);
    expect(isOnePattern(lunch(), later(12 * 60 * MINUTE))).toBe(false);
  });
});

describe('effectOf()', () => {
  const history = [
    past(1, { isConfirmed: false }),
    past(2, far(10)),
    past(3, { ...far(15), isConfirmed: true }),
    past(4, { ...far(18), inIncident: true }),
    past(5, { ...far(12), alerted: false }),
    past(6, { ...far(40), isConfirmed: false }),
  ];

  it('says which alarms would have been fewer, and which true ones lost', () => {
    const effect = effectOf(rule({ kind: 'min_deviation', absolute: 22 }), history);
    expect(effect).toEqual({
      compared: 6,
      quieted: [1, 2, 3, 4, 5],
      alertsFewer: [1, 2, 3, 4],
      falseAlarms: [1],
      confirmedLost: [3],
      incidentsLost: [4],
    });
    expect(isHarmless(effect)).toBe(false);
  });

  it('puts what loses a true anomaly last, then what quiets fewer false alarms, then what quiets more else', () => {
    const known = { compared: 9, alertsFewer: [], incidentsLost: [] };
    const loses = { ...known, quieted: [1, 6, 3], falseAlarms: [1, 6], confirmedLost: [3] };
    const harmless = { ...known, confirmedLost: [] };
    const wide = { ...harmless, quieted: [1, 2], falseAlarms: [1] };
    const narrow = { ...harmless, quieted: [1], falseAlarms: [1] };
    const both = { ...harmless, quieted: [1, 2, 6], falseAlarms: [1, 6] };
    expect([loses, wide, narrow, both].toSorted(byMerit)).toEqual([both, narrow, wide, loses]);
  });
});

describe('describeRule()', () => {
  it('tells what is quieted', () => {
    expect(describeRule(rule({ kind: 'min_deviation', absolute: 0.05 }), 'ratio')).toBe(
      'deviations smaller than 5 percentage points',
    );
    expect(describeRule(rule({ kind: 'min_deviation', absolute: 5, relative: 0.1 }))).toBe(
      'deviations smaller than 5 or 10 % of what is expected',
    );
    expect(describeRule(rule({ kind: 'hours', hours: 'daily 12:00-13:00', size: 4.4 }))).toBe(
      'anomalies of kind deviation of at most 4.4 widths of the band in daily 12:00-13:00',
    );
    expect(describeRule(rule({ kind: 'direction', direction: 'below' }))).toBe(
      'anomalies of kind deviation below what is expected',
    );
  });
});
