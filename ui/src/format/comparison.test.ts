import { expect, test } from 'vitest';
import { comparisonOf } from './comparison.ts';

test('comparisonOf() reads the false alarms of both versions, where both were tried', () => {
  const comparison = {
    why: 'it raises none',
    challenger: { false_alarms: 0 },
    champion: { false_alarms: 2 },
  };
  expect(comparisonOf({ performance_metrics: { comparison } })).toEqual({
    challenger: 0,
    champion: 2,
    why: 'it raises none',
  });
  expect(comparisonOf({ performance_metrics: { comparison: { why: 'no past' } } })).toEqual({
    challenger: undefined,
    champion: undefined,
    why: 'no past',
  });
  expect(comparisonOf({ performance_metrics: {} })).toBeUndefined();
});
