import { expect, test } from 'vitest';
import { askable, faultOf, matchersFor, matchersOf, silenceLink } from './silence-matchers.ts';

const load = { metric_name: 'load', labels: { host: 'a', job: 'node' } };
const disk = { metric_name: 'disk.used', labels: { host: 'a', mount: '/' } };

test('matchersFor() takes what all have in common', () => {
  expect(matchersFor([load])).toEqual([
    { name: '__name__', op: '=', value: 'load' },
    { name: 'host', op: '=', value: 'a' },
    { name: 'job', op: '=', value: 'node' },
  ]);
  expect(matchersFor([load, disk])).toEqual([{ name: 'host', op: '=', value: 'a' }]);
});

test('matchersFor() names the queries where nothing is common, literally', () => {
  const elsewhere = { ...disk, labels: { host: 'b' } };
  expect(matchersFor([load, elsewhere])).toEqual([
    { name: '__name__', op: '=~', value: String.raw`load|disk\.used` },
  ]);
  expect(matchersFor([])).toEqual([]);
});

test('matchersOf() reads what silenceLink() wrote', () => {
  const odd = { metric_name: null, labels: { path: '/a?b=c&d!=e', empty: '' } };
  const address = new URL(silenceLink([odd]), 'http://localhost');
  expect(matchersOf(address)).toEqual(matchersFor([odd]));
  expect(matchersOf(new URL('http://localhost/silences?match=nothing'))).toEqual([]);
});

test('faultOf() tells what the server would refuse', () => {
  expect(faultOf({ name: 'a-b', op: '=', value: '' })).toContain('name of a label');
  expect(faultOf({ name: 'host', op: '=~', value: 'web-(' })).toContain('regular expression');
  expect(faultOf({ name: 'host', op: '=', value: 'web-(' })).toBeUndefined();
  expect(faultOf({ name: 'host', op: '!~', value: 'web-.*' })).toBeUndefined();
});

test('askable() leaves out rows that are not begun, and waits for what is wrong', () => {
  const host = { name: 'host', op: '=~', value: 'web-"1"' } as const;
  const empty = { name: '', op: '=', value: '' } as const;
  expect(askable([host, empty])).toEqual([String.raw`host=~"web-\"1\""`]);
  expect(askable([empty])).toBeUndefined();
  expect(askable([host, { ...host, value: '(' }])).toBeUndefined();
});
