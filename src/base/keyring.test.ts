import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyring, keysIn } from './keyring.ts';

const OLD = 'a'.repeat(32);
const NEW = 'b'.repeat(32);

test('what one key seals it opens, whatever the text, and never twice in the same words', () => {
  const keyring = createKeyring([NEW]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, about) => {
      const sealed = keyring.seal(text, about);
      expect(keyring.open(sealed, about)).toEqual({ kind: 'opened', text });
      expect(keyring.seal(text, about)).not.toBe(sealed);
      if (text.length > 3) expect(sealed).not.toContain(text);
    }),
    { numRuns: 30 },
  );
});

test('an older key opens what it sealed, and the first one seals', () => {
  const sealed = createKeyring([OLD]).seal('token', 'ops');
  const both = createKeyring([NEW, OLD]);
  expect(both.open(sealed, 'ops')).toEqual({ kind: 'opened', text: 'token' });
  expect(both.isNewest(sealed)).toBe(false);
  expect(both.isNewest(both.seal('token', 'ops'))).toBe(true);
});

test('what was sealed with another key names that key', () => {
  const sealed = createKeyring([OLD]).seal('token', 'ops');
  const outcome = createKeyring([NEW]).open(sealed, 'ops');
  expect(outcome).toEqual({ kind: 'unknown_key', keyName: expect.stringMatching(/^[0-9a-f]{8}$/) });
  expect(OLD).not.toContain(Object(outcome).keyName);
});

test('what was changed, cut or put elsewhere does not open', () => {
  const keyring = createKeyring([NEW]);
  const sealed = keyring.seal('token', 'ops');
  const damaged = { kind: 'damaged' };
  expect(keyring.open(sealed, 'night')).toEqual(damaged);
  expect(keyring.open(sealed.slice(0, 20), 'ops')).toEqual(damaged);
  const at = sealed.length - 5;
  const other = sealed[at] === 'A' ? 'B' : 'A';
  expect(keyring.open(sealed.slice(0, at) + other + sealed.slice(at + 1), 'ops')).toEqual(damaged);
});

test('without a key nothing is sealed', () => {
  const none = createKeyring([]);
  expect(none.isEmpty).toBe(true);
  expect(() => none.seal('token', 'ops')).toThrow('there is no key');
});

test('keys stand beside each other or in lines', () => {
  expect(keysIn(` ${NEW}\n${OLD},c\n`)).toEqual([NEW, OLD, 'c']);
});
