import { expect, test } from 'vitest';
import { parseMatcher } from './matcher.ts';
import { type Matchable, matchesOf, matchesSentence } from './matches.ts';

const seriesOf = (id: number, instance: string) => {
  return { id, labels: { __name__: 'load', instance, team: 'shop' } };
};
const ESTATE: Matchable = {
  series: ['web-1', 'web-2', 'web-3', 'db-1'].map((instance, i) => seriesOf(i + 1, instance)),
  incidents: [
    {
      id: 7,
      title: 'load of web-1',
      members: [{ ...seriesOf(1, 'web-1').labels, severity: 'high' }],
    },
    {
      id: 8,
      title: 'load of db-1 and 1 more',
      members: [
        { ...seriesOf(4, 'db-1').labels, severity: 'critical' },
        { ...seriesOf(2, 'web-2').labels, severity: 'medium' },
      ],
    },
  ],
};

const matches = (...matchers: string[]) => matchesOf(matchers.map(parseMatcher), ESTATE);
const sentence = (...matchers: string[]) => matchesSentence(matches(...matchers));

test('an incident is met with one of its anomalies, and whole with all of them', () => {
  const met = matches('instance=~"web-.*"');
  expect(met.series.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(met.incidents.map(({ id }) => id)).toEqual([7, 8]);
  expect(met.whole.map(({ id }) => id)).toEqual([7]);
});

test('a severity is that of anomalies: every series may have one', () => {
  const met = matches('instance="db-1"', 'severity="high"');
  expect(met.series.map(({ id }) => id)).toEqual([4]);
  expect(met.incidents).toEqual([]);
  expect(met.lost).toEqual([]);
});

test.each([
  [['instance="web-1"'], 'Meets 1 series (load of web-1) and 1 open incident'],
  [
    ['team="shop"'],
    'Meets 4 series (load of web-1, load of web-2, load of web-3, …) and 2 open incidents',
  ],
  [
    ['instance="db-1"'],
    'Meets 1 series (load of db-1) and 1 open incident, though not with all its anomalies',
  ],
  [
    ['instance=~"web-.*"'],
    'Meets 3 series (load of web-1, load of web-2, load of web-3) and 2 open incidents, 1 of them with all their anomalies',
  ],
  [['instance="web-3"'], 'Meets 1 series (load of web-3) and no open incident'],
  [['instnce="web-1"', 'team="shop"'], 'Meets nothing: nothing has instnce="web-1"'],
  [['severity="hihg"'], 'Meets nothing: nothing has severity="hihg"'],
  [['instance="web-1"', 'instance="web-2"'], 'Meets nothing: no series meets all of them at once'],
  [[], 'Meets 4 series (load of web-1, load of web-2, load of web-3, …) and 2 open incidents'],
])('%j: %s', (matchers, expected) => {
  expect(sentence(...matchers)).toBe(expected);
});
