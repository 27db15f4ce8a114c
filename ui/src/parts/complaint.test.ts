import { expect, test } from 'vitest';
import { complaintAt, isTold } from './complaint.ts';

const complaints = [
  { loc: ['body', 'matchers', 1], msg: 'no pattern', type: 'value_error' },
  { loc: ['body', 'ends_at'], msg: 'no time', type: 'value_error' },
];

test('complaintAt() finds what is said of a field, and of what is within it', () => {
  expect(complaintAt(complaints, ['ends_at'])).toBe('no time');
  expect(complaintAt(complaints, ['matchers'])).toBe('no pattern');
  expect(complaintAt(complaints, ['matchers', 1])).toBe('no pattern');
  expect(complaintAt(complaints, ['matchers', 0])).toBeUndefined();
  expect(complaintAt([{ loc: ['query', 'user'], msg: '', type: '' }], ['user'])).toBeUndefined();
});

test('isTold() is false while a complaint stands at no field', () => {
  expect(isTold(complaints, [['ends_at'], ['matchers']])).toBe(true);
  expect(isTold(complaints, [['ends_at']])).toBe(false);
  expect(isTold([], [['ends_at']])).toBe(false);
});
