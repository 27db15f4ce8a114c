import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { configurationPage } from '../../app/config/configuration-page.ts';
import { importConfig } from '../../app/config/import-config.ts';
import { printConfig } from '../../app/config/print-config.ts';
import { configJsonSchema } from '../../app/config/schema-keys.ts';
import { maskSecrets } from '../../app/config/secret-keys.ts';
import { UsageError } from '../failure.ts';
import { type GlobalOptions, noteWarnings, readConfig } from '../global-options.ts';
import { note, print, printJson } from '../output.ts';

/** `config check [FILE]` */
export function checkCommand(file: string | undefined, options: GlobalOptions): void {
  const loaded = readConfig(file === undefined ? options : { ...options, config: file });
  noteWarnings(loaded);
  if (options.json) printJson({ ok: true, file: loaded.file ?? null, warnings: loaded.warnings });
  else print(`${loaded.file ?? 'No saimon.yml: environment and defaults'}: ok`);
}

/** `config print` */
export function printCommand(options: GlobalOptions): void {
  const loaded = readConfig(options);
  noteWarnings(loaded);
  if (options.json) printJson(maskSecrets(loaded.config));
  else print(printConfig(loaded));
}

/** `config import FILE` */
export async function importCommand(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(
      `Cannot read ${file}: name an ml_config.yml or a vmanomaly configuration`,
      {
        cause: error,
      },
    );
  });
  const imported = importConfig(basename(file), text);
  for (const warning of imported.warnings) note(`warning: ${warning}`);
  print(imported.text);
}

/** `config schema` */
export function schemaCommand(): void {
  print(JSON.stringify(configJsonSchema(), null, 2));
}

/** `config docs` */
export function docsCommand(): void {
  print(configurationPage().trimEnd());
}
