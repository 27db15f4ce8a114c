import { expect, test } from 'vitest';
import { routeOf } from './route.ts';

test('routeOf() reads the page and its id from an address', () => {
  expect(routeOf('/')).toEqual({ page: 'overview' });
  expect(routeOf('/anomalies')).toEqual({ page: 'anomalies' });
  expect(routeOf('/anomalies/12')).toEqual({ page: 'anomaly', id: 12 });
  expect(routeOf('/series/')).toEqual({ page: 'series-list' });
  expect(routeOf('/series/3')).toEqual({ page: 'series', id: 3 });
});

test('routeOf() knows no page for what is not an address of one', () => {
  for (const path of ['/other', '/anomalies/x', '/anomalies/0', '/series/1/more', '/models/1'])
    expect(routeOf(path)).toEqual({ page: 'unknown' });
});
