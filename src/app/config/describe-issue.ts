import type { z } from 'zod';
import { isRecord } from '../is-record.ts';
import type { KeyPath } from './config-problem.ts';
import { nearestKey } from './nearest-key.ts';
import { pathsOfKey, validKeys } from './schema-keys.ts';
import { isSecretKey } from './secret-keys.ts';

type Issue = z.core.$ZodIssue;

export interface IssueText {
  readonly path: KeyPath;
  /** Whether the name of the key is wrong, or what stands behind it. */
  readonly at: 'key' | 'value';
  readonly message: string;
}

/** What zod found, in our words; `root` is what it looked at. */
export function describeIssue(issue: Issue, root: unknown): IssueText[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      at: 'key',
      message: `unknown key, ${suggestion(path, key)}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'this name cannot be used';
    return [{ path, at: 'key', message }];
  }
  const found = valueAt(root, path);
  if (found === undefined) {
    return [{ path, at: 'value', message: `is missing, ${expectation(issue)}` }];
  }
  const secret = isSecretKey(String(path.at(-1))) || path.includes('headers');
  const got = secret || (issue.code === 'custom' && isRecord(found)) ? '' : `, got ${shown(found)}`;
  const meant =
    issue.code === 'invalid_value' && typeof found === 'string'
      ? nearestKey(found, issue.values.map(String))
      : undefined;
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  return [{ path, at: 'value', message: `${expectation(issue)}${got}${hint}` }];
}

function suggestion(path: KeyPath, key: string): string {
  const valid = validKeys(path);
  const near = nearestKey(key, valid);
  if (near !== undefined) return `did you mean ${near}?`;
  const elsewhere = pathsOfKey(key);
  if (elsewhere.length > 0) return `did you mean ${elsewhere.slice(0, 3).join(' or ')}?`;
  return `valid here: ${valid.join(', ')}`;
}

const KINDS: Readonly<Record<string, string>> = {
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

function expectation(issue: Issue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  if (issue.code === 'invalid_type') return `expected ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

function shown(found: unknown): string {
  if (Array.isArray(found)) return `[${found.map(shown).join(', ')}]`;
  if (isRecord(found)) return `the keys ${Object.keys(found).join(', ') || '(none)'}`;
  return JSON.stringify(found);
}

/** What stands at a path of nested sections and lists; undefined when there is nothing. */
export function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root;
  for (const part of path) {
    if (Array.isArray(value) && typeof part === 'number') value = value[part];
    else if (isRecord(value)) value = value[part];
    else return undefined;
  }
  return value;
}
