import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { configSchema } from './config/config-schema.ts';
import { openKeyring } from './secret-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const storage = (given: object) => configSchema.parse({ storage: given }).storage;

test('beside the embedded database a key is made once, for nobody else to read', () => {
  const dataDir = join(folder, 'data');
  const sealed = openKeyring(storage({ data_dir: dataDir })).seal('token', 'ops');
  const file = join(dataDir, 'secret.key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  const again = openKeyring(storage({ data_dir: dataDir }));
  expect(again.open(sealed, 'ops')).toEqual({ kind: 'opened', text: 'token' });
});

test('a server wants a key that is given, and no file is made for it', () => {
  const server = { database_url: 'postgresql://db/saimon', data_dir: folder };
  expect(openKeyring(storage(server)).isEmpty).toBe(true);
  expect(() => statSync(join(folder, 'secret.key'))).toThrow('ENOENT');
  const keys = `${'a'.repeat(32)} ${'b'.repeat(32)}`;
  const given = openKeyring(storage({ ...server, secret_key: keys }));
  expect(given.isNewest(given.seal('token', 'ops'))).toBe(true);
});

test('a key that cannot be made ends the start with what would do', () => {
  writeFileSync(join(folder, 'data'), '');
  expect(() => openKeyring(storage({ data_dir: join(folder, 'data') }))).toThrow(
    /Cannot use the key in ".*secret.key" \(ENOTDIR\): .*SAIMON_SECRET_KEY$/,
  );
});

test('short keys are refused and not repeated', () => {
  const { error } = configSchema.safeParse({ storage: { secret_key: `${'a'.repeat(32)},short` } });
  expect(error?.issues[0]?.message).toBe(
    'expected keys of at least 32 characters, such as openssl rand -hex 32 makes',
  );
});
