import { expect, test } from 'vitest';
import { routeOf } from './route.ts';

test('routeOf() reads the page and its id from an address', () => {
  expect(routeOf('/')).toEqual({ page: 'overview' });
  expect(routeOf('/anomalies')).toEqual({ page: 'all', noun: 'anomalies' });
  expect(routeOf('/incidents/12')).toEqual({ page: 'one', noun: 'incidents', id: 12 });
  expect(routeOf('/series/')).toEqual({ page: 'all', noun: 'series' });
});

test('routeOf() knows no page for what is not an address of one', () => {
  for (const path of ['/other', '/anomalies/x', '/anomalies/0', '/series/1/more', '/toString'])
    expect(routeOf(path)).toEqual({ page: 'unknown' });
});
