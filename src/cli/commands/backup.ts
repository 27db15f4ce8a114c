import { resolve } from 'node:path';
import { backupDatabase, restoreDatabase } from '../../store/backup.ts';
import { openEmbedded } from '../../store/pglite.ts';
import { UsageError } from '../failure.ts';
import { readConfig, type SettingOptions } from '../global-options.ts';
import { print, printJson } from '../output.ts';

export interface RestoreOptions extends SettingOptions {
  readonly force?: boolean;
}

/** `backup FILE`: SAIMon must not be running on the folder. */
export async function backupCommand(file: string, options: SettingOptions): Promise<void> {
  const dataDir = embeddedFolder(options, 'backup', 'pg_dump');
  const database = await openEmbedded({ dataDir });
  try {
    const bytes = await backupDatabase(database, resolve(file));
    if (options.json) printJson({ file: resolve(file), bytes });
    else {
      print(`${file}: ${(bytes / 1e6).toFixed(1)} MB of ${dataDir}`);
      print(
        'The key to secrets of channels is not in it: keep a copy of secret.key, or of storage.secret_key',
      );
    }
  } finally {
    await database.close();
  }
}

/** `restore FILE` */
export async function restoreCommand(file: string, options: RestoreOptions): Promise<void> {
  const dataDir = embeddedFolder(options, 'restore', 'pg_restore');
  await restoreDatabase(resolve(file), { dataDir, force: options.force ?? false });
  if (options.json) printJson({ file: resolve(file), data_dir: dataDir });
  else print(`${dataDir}: restored from ${file}`);
}

function embeddedFolder(options: SettingOptions, command: string, other: string): string {
  const { storage } = readConfig(options).config;
  if (storage.database_url !== '') {
    throw new UsageError(
      `Cannot ${command} a PostgreSQL server: use ${other}, this command is for the embedded database`,
    );
  }
  return storage.data_dir;
}
