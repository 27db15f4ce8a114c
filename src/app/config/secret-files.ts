import { readFileSync } from 'node:fs';
import { isRecord } from '../is-record.ts';
import type { KeyPath } from './config-problem.ts';
import { SECRET_KEYS } from './secret-keys.ts';

/** Files that the source reads by itself; that they can be read is checked here. */
const TLS_FILES = ['ca_file', 'cert_file', 'key_file'] as const;

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
  for (const key of TLS_FILES) {
    const file = config[key];
    if (typeof file !== 'string') continue;
    const outcome = readText(file);
    if ('reason' in outcome) {
      problems.push({ path: [...path, key], message: `cannot read ${file} (${outcome.reason})` });
    }
  }
  for (const key of SECRET_KEYS) {
    const file = config[`${key}_file`];
    if (typeof file !== 'string' || file === '') continue;
    const here = [...path, `${key}_file`];
    if (config[key] !== undefined && config[key] !== '') {
      problems.push({ path: here, message: `${key} is set too, expected one of the two` });
      continue;
    }
    const outcome = readText(file);
    if ('text' in outcome) config[key] = outcome.text.trim();
    else {
      const message = `cannot read ${file} (${outcome.reason}), expected a file that holds ${key}`;
      problems.push({ path: here, message });
    }
  }
  return problems;
}

function readText(file: string): { readonly text: string } | { readonly reason: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { reason: isRecord(error) ? String(error['code']) : String(error) };
  }
}
