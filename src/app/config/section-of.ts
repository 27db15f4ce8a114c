import { isRecord } from '../is-record.ts';
import type { KeyPath } from './config-problem.ts';

/** The section that holds the last key of a path, made on the way where it is missing. Changes `root`. */
export function sectionOf(root: Record<string, unknown>, path: KeyPath): Record<string, unknown> {
  let section = root;
  for (const part of path.slice(0, -1)) {
    const inner = section[part];
    if (isRecord(inner)) section = inner;
    else {
      const created: Record<string, unknown> = {};
      section[part] = created;
      section = created;
    }
  }
  return section;
}
