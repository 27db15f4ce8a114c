import { expect, test } from 'vitest';
import { incidentState } from './incident-state.ts';

const end = new Date(2026, 10, 27, 20, 15).toISOString();

test('an incident says whether its anomalies go on, and who ended it', () => {
  expect(incidentState({ status: 'open', ended_at: null, resolved_by: null })).toBe('open');
  expect(incidentState({ status: 'open', ended_at: end, resolved_by: null })).toBe(
    'open, quiet since 20:15',
  );
  expect(incidentState({ status: 'acknowledged', ended_at: end, resolved_by: null })).toBe(
    'acknowledged, quiet since 20:15',
  );
  expect(incidentState({ status: 'resolved', ended_at: end, resolved_by: null })).toBe('resolved');
  expect(incidentState({ status: 'resolved', ended_at: null, resolved_by: 'ann' })).toBe(
    'resolved by ann',
  );
});
