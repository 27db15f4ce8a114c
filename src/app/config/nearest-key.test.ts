import { expect, test } from 'vitest';
import { editDistance, nearestKey } from './nearest-key.ts';

test('editDistance() counts insertions, deletions and replacements', () => {
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('kitten', 'sitting')).toBe(3);
});

test('nearestKey() proposes nothing when nothing is near', () => {
  expect(nearestKey('prot', ['port', 'addr'])).toBe('port');
  expect(nearestKey('colour', ['port', 'addr'])).toBeUndefined();
});
