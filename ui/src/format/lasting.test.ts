import { expect, test } from 'vitest';
import { lasting } from './lasting.ts';

const STARTED = '2026-11-22T10:00:00.000Z';
const LATER = '2026-11-22T10:10:00.000Z';

test('lasting() counts an open anomaly up to now, one that is over up to its end', () => {
  const course = { started_at: STARTED, last_at: STARTED, ended_at: null };
  expect(lasting({ ...course, status: 'open' }, Date.parse(LATER))).toBe('open for 10 min');
  expect(lasting({ ...course, status: 'open' }, 0)).toBe('open for 0 s');
  const over = { ...course, status: 'closed' as const, ended_at: LATER };
  expect(lasting(over, Date.parse(LATER) * 2)).toBe('lasted 10 min');
});
