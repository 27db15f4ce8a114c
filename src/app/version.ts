import { readFileSync } from 'node:fs';
import { isRecord } from './is-record.ts';

/** The program's version, from its package. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const described: unknown = JSON.parse(text);
  return isRecord(described) ? String(described['version']) : 'unknown';
}
