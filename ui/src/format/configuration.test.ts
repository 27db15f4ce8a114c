import { expect, test } from 'vitest';
import { configurationOf } from './configuration.ts';

const query = { alias: 'cpu', expr: 'rate(cpu{mode="idle"}[5m])', options: { data_range: [0, 1] } };

test('configurationOf() spells the query with what was changed, and the budget', () => {
  const changes = {
    detection_direction: 'above_expected' as const,
    alert_budget: { max: 2, every: '7d' },
  };
  // JSON is YAML.
  expect(configurationOf(changes, [query]).split('\n')).toEqual([
    'reader:',
    '  queries:',
    '    cpu:',
    String.raw`      expr: "rate(cpu{mode=\"idle\"}[5m])"`,
    '      data_range: [0,1]',
    '      detection_direction: "above_expected"',
    'detection:',
    '  alert_budget: {max: 2, every: 7d}',
  ]);
});

test('configurationOf() leaves queries alone where nothing of them was changed', () => {
  expect(configurationOf({ alert_budget: { max: 2, every: '7d' } }, [query])).not.toContain('cpu');
  expect(configurationOf({}, [query])).toBe('');
});
