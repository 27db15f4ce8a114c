import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeyring, NO_KEYS } from '../base/keyring.ts';
import { sealChannels } from '../engine/sealed-settings.ts';
import { addChannel } from '../store/channels-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { checkChannels } from './channel-finding.ts';

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const OWN = createKeyring(['a key of the tests, 32 characters']);
const settings = { type: 'ntfy', url: 'https://ntfy.sh', topic: 'ops', token: 'tk_secret' };

test('says whether secrets of added channels are sealed, in the clear, or lost', async () => {
  expect(await checkChannels(database, OWN)).toEqual([]);
  await addChannel(database, { name: 'phone', settings, route: {}, createdBy: 'ann' });
  const detail = async (keyring = OWN) => (await checkChannels(database, keyring))[0];
  expect(await detail(NO_KEYS)).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/^phone: its secrets stand in the database as they are/),
  });
  await sealChannels(database, OWN);
  expect(await detail()).toEqual({
    name: 'channels',
    state: 'ok',
    detail: '1 added, secrets sealed',
  });
  const lost = await detail(NO_KEYS);
  expect(lost).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/^phone: Cannot read its settings: they were sealed with key/),
  });
  expect(JSON.stringify(lost)).not.toContain('tk_secret');
});

test('says nothing while the database is away', async () => {
  const away = { ...database, query: () => database.query('select broken from nowhere') };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every question fails
  expect(await checkChannels(away as typeof database, OWN)).toEqual([]);
});
