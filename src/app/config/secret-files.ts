import { readFileSync } from 'node:fs';
import type { KeyPath } from './config-problem.ts';
import { SECRET_KEYS } from './secret-keys.ts';
import { isRecord } from './yaml-file.ts';

/** Puts what `…_file` holds in place of the secret. Changes `config`; what cannot be read is returned. */
export function readSecretFiles(
  config: unknown,
  path: KeyPath = [],
): { path: KeyPath; message: string }[] {
  if (!isRecord(config)) return [];
  const problems: { path: KeyPath; message: string }[] = [];
  for (const [key, value] of Object.entries(config)) {
    if (isRecord(value)) problems.push(...readSecretFiles(value, [...path, key]));
  }
  for (const key of SECRET_KEYS) {
    const file = config[`${key}_file`];
    if (typeof file !== 'string' || file === '') continue;
    const here = [...path, `${key}_file`];
    if (config[key] !== undefined && config[key] !== '') {
      problems.push({ path: here, message: `${key} is set too, expected one of the two` });
      continue;
    }
    try {
      config[key] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      const reason = isRecord(error) ? String(error['code']) : String(error);
      problems.push({
        path: here,
        message: `cannot read ${file} (${reason}), expected a file that holds ${key}`,
      });
    }
  }
  return problems;
}
