import { type AuditEntry, AuditList } from '../../contract/audit.ts';
import { print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient } from '../server-client.ts';
import { queryText, wireTime } from '../wire-text.ts';

export interface AuditOptions extends ClientOptions {
  readonly user?: string;
  readonly subject?: string;
  readonly limit: string;
}

const HEAD = ['AT', 'WHO', 'VIA', 'DID', 'TO'];

/** `audit` */
export async function auditCommand(options: AuditOptions): Promise<void> {
  const { user, subject, limit } = options;
  const path = `/api/v1/audit?${queryText({ user, subject, limit })}`;
  const list = await createServerClient(options).get(path, AuditList);
  if (options.json) printJson(list);
  else
    print(list.entries.length === 0 ? 'Nothing was changed' : table(HEAD, list.entries.map(cells)));
}

function cells({ at, user, via, action, subject }: AuditEntry): string[] {
  return [wireTime(at), user, via, action, subject];
}
