import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, type Keyring, keysIn } from '../base/keyring.ts';
import type { Storage } from './open-database.ts';
import { StartError } from './start-error.ts';

const KEY_FILE = 'secret.key';

/**
 * What secrets in the database are sealed with: the configured keys; beside the embedded database a file that is made when there
 * is none. Over a server without a key it is empty: several processes must share one, so that none makes its own.
 */
export function openKeyring({ secret_key: given, database_url: url, data_dir }: Storage): Keyring {
  if (given !== '') return createKeyring(keysIn(given));
  if (url !== '') return createKeyring([]);
  const file = join(data_dir, KEY_FILE);
  try {
    return createKeyring(keysIn(readOrMake(file, data_dir)));
  } catch (cause) {
    const why = String(Object(cause).code ?? cause);
    const message = `Cannot use the key in "${file}" (${why}): let this user read and write the folder, choose another with --data-dir, or set SAIMON_SECRET_KEY`;
    throw new StartError(message, { cause });
  }
}

function readOrMake(file: string, folder: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (Object(error).code !== 'ENOENT') throw error;
  }
  mkdirSync(folder, { recursive: true });
  // It appears under its name only when it is whole, and never in the place of another one.
  const unfinished = `${file}.${randomUUID()}`;
  try {
    const key = `${randomBytes(32).toString('hex')}\n`;
    writeFileSync(unfinished, key, { mode: 0o600, flush: true });
    linkSync(unfinished, file);
  } catch (error) {
    if (Object(error).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
  return readFileSync(file, 'utf8');
}
