import { expect, test } from 'vitest';
import { differencesOf, doneOf } from './audited.ts';

test.each([
  ['POST /api/v1/silences', 'added'],
  ['POST /api/v1/silences/:id/expire', 'expire'],
  ['PUT /api/v1/alert-budget', 'changed'],
  ['DELETE /api/v1/channels/:name', 'removed'],
  ['POST /api/v1/incidents/:id/notes', 'notes'],
])('doneOf("%s") is "%s"', (action, word) => {
  expect(doneOf(action)).toBe(word);
});

test('differencesOf() tells both sides of every field', () => {
  const before = { status: 'active', matchers: [1] };
  expect(differencesOf({ before, after: { status: 'expired', by: '' } })).toEqual([
    { name: 'status', before: 'active', after: 'expired' },
    { name: 'matchers', before: '[1]', after: undefined },
    { name: 'by', before: undefined, after: '""' },
  ]);
  expect(differencesOf({ before: null, after: null })).toEqual([]);
});
