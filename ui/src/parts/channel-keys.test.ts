import { expect, test } from 'vitest';
import { CHANNEL_TYPES } from '../../../src/notify/channel-schema.ts';
import { CHANNEL_KEYS, settingsOf } from './channel-keys.ts';

test('every type of channel has a form', () => {
  expect(Object.keys(CHANNEL_KEYS).toSorted()).toEqual(CHANNEL_TYPES.toSorted());
});

test('settingsOf() leaves out what is empty or of another type, and makes a list of lines', () => {
  const written = {
    to: ' a@example.org \n\nb@example.org',
    from: '  ',
    url: 'https://example.org',
  };
  expect(settingsOf('email', written)).toEqual({
    type: 'email',
    to: ['a@example.org', 'b@example.org'],
  });
});
