import type { AuditEntry } from '../../../src/contract/audit.ts';

const WORDS: Readonly<Record<string, string>> = {
  POST: 'added',
  PUT: 'changed',
  PATCH: 'changed',
  DELETE: 'removed',
};

/** What was done, from its route: `POST /api/v1/silences/:id/expire` is expire, `DELETE /api/v1/rules/:id` removed. */
export function doneOf(action: string): string {
  const [method = '', path = ''] = action.split(' ');
  const verb = /:\w+\/([\w-]+)$/.exec(path)?.[1];
  return verb?.replaceAll('-', ' ') ?? WORDS[method] ?? method.toLowerCase();
}

/** A field that is not what it was; undefined on the side where it is not there. */
export interface Difference {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What was different, field by field. */
export function differencesOf({
  before,
  after,
}: Pick<AuditEntry, 'before' | 'after'>): Difference[] {
  const names = Object.keys({ ...before, ...after });
  return names.map((name) => ({
    name,
    before: textOf(before?.[name]),
    after: textOf(after?.[name]),
  }));
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
