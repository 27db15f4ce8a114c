import { isRecord } from '../is-record.ts';
import type { KeyPath } from './config-problem.ts';

/** Keys that are checked today and take effect in a later version: the program says so when one is set. */
export const INERT_KEYS: readonly string[] = ['notify'];

/** The paths of those that are set in `root`. */
export function inertKeys(root: Record<string, unknown>): KeyPath[] {
  return INERT_KEYS.flatMap((pattern) => matches(root, pattern.split('.'), []));
}

function matches(node: unknown, pattern: readonly string[], path: KeyPath): KeyPath[] {
  const [first, ...rest] = pattern;
  if (first === undefined) return [path];
  if (!isRecord(node)) return [];
  const keys = first === '*' ? Object.keys(node) : first in node ? [first] : [];
  return keys.flatMap((key) => matches(node[key], rest, [...path, key]));
}
