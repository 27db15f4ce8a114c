import { expect, test } from 'vitest';
import { labelsToChoose, reachParameters, scopeOf } from './rule-reach.ts';

test('a reach is written into a verdict and into an address', () => {
  expect(scopeOf('query')).toBe('query');
  expect(reachParameters('query')).toBe('scope=query');
  expect(scopeOf({ host: 'a' })).toEqual({ match: { host: 'a' } });
  expect(reachParameters({ host: 'a', job: 'b c' })).toBe(
    'scope=labels&match=host%3Da%2Cjob%3Db%20c',
  );
});

test('labelsToChoose() adds the name of the query and leaves out what an address cannot carry', () => {
  const labels = { host: 'a', list: '1,2', 'dotted.name': 'x' };
  expect(labelsToChoose({ labels, metric_name: 'load' })).toEqual({ host: 'a', __name__: 'load' });
  expect(labelsToChoose({ labels: {}, metric_name: null })).toEqual({});
});
