import { databasePlace, openDatabase } from '../../app/open-database.ts';
import { SILENT } from '../../base/logger.ts';
import { readConfig, type SettingOptions } from '../global-options.ts';
import { print, printJson } from '../output.ts';

/** `migrate` */
export async function migrateCommand(options: SettingOptions): Promise<void> {
  const { storage } = readConfig(options).config;
  const applied: string[] = [];
  const logger = {
    ...SILENT,
    info: (fields: object) => applied.push(...((fields as { applied?: string[] }).applied ?? [])),
  };
  const database = await openDatabase(storage, logger);
  await database.close();
  if (options.json) printJson({ database: databasePlace(storage), applied });
  else
    print(
      `${databasePlace(storage)}: ${applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`}`,
    );
}
