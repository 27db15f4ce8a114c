import { expect, test } from 'vitest';
import { UNWRITTEN, wishOf } from './rule-wish.ts';

const ofLoad = { ...UNWRITTEN, query: 'load' };
const scope = { kind: 'query', metric_name: 'load' };

test('a rule is meant once it has a limit and something that it is about', () => {
  expect(wishOf(UNWRITTEN)).toBeUndefined();
  expect(wishOf(ofLoad)).toBeUndefined();
  expect(wishOf({ ...UNWRITTEN, absolute: '3' })).toBeUndefined();
  expect(wishOf({ ...ofLoad, absolute: '0' })).toBeUndefined();
  expect(wishOf({ ...ofLoad, absolute: '3', percent: '5' })).toEqual({
    anomaly_kind: 'deviation',
    condition: { kind: 'min_deviation', absolute: 3, relative: 0.05 },
    scope,
  });
});

test('hours and a direction are limits too', () => {
  const hours = { ...ofLoad, way: 'hours', hours: 'sun 02:00-04:00' } as const;
  expect(wishOf(hours)?.condition).toEqual({ kind: 'hours', hours: 'sun 02:00-04:00', size: 2 });
  expect(wishOf({ ...hours, size: '' })).toBeUndefined();
  const below = { ...ofLoad, way: 'direction' } as const;
  expect(wishOf(below)?.condition).toEqual({ kind: 'direction', direction: 'below' });
});

test('labels are read once all lines are labels', () => {
  const about = { ...UNWRITTEN, about: 'labels', way: 'direction' } as const;
  expect(wishOf(about)).toBeUndefined();
  expect(wishOf({ ...about, labels: 'host=a\nweb' })).toBeUndefined();
  expect(wishOf({ ...about, labels: 'host=a' })?.scope).toEqual({
    kind: 'labels',
    match: { host: 'a' },
  });
});
