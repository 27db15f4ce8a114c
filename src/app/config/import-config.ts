import { ConfigError } from './config-problem.ts';
import { configSchema } from './config-schema.ts';
import { importOriginal, isOriginal } from './import-original.ts';
import { importVmanomaly, isVmanomaly } from './import-vmanomaly.ts';
import type { ImportedConfig } from './imported.ts';
import { readYaml } from './yaml-file.ts';

/** A variable as vmanomaly and we write it; both stay references. */
const VARIABLE = /[%$]\{([A-Za-z_]\w*)\}/g;

/** Makes a saimon.yml of another program's configuration, whichever it is. Throws ConfigError. */
export function importConfig(name: string, text: string): ImportedConfig {
  const variables = [...text.matchAll(VARIABLE)].map(([, variable = '']) => variable);
  const kept = Object.fromEntries(variables.map((variable) => [variable, `\${${variable}}`]));
  const file = readYaml(name, text.replace(VARIABLE, '${$1}'), kept);
  if (file.problems.length > 0) throw new ConfigError(file.problems);
  const refuse = (message: string) =>
    new ConfigError([{ where: name, key: '', message: `cannot import it, ${message}` }]);
  if (Object.keys(file.root).length > 0 && configSchema.safeParse(file.root).success)
    throw refuse('it is a saimon.yml already, which "saimon config check" accepts');
  if (isOriginal(file.root)) return importOriginal(name, file);
  if (isVmanomaly(file.root)) return importVmanomaly(name, file);
  throw refuse(
    "expected the original's ml_config.yml (data_collection, models.statistical, training) or a vmanomaly configuration (reader, schedulers, models, writer)",
  );
}
