import type { Queryable } from './database.ts';

/** A channel that was added by request. */
export interface StoredChannel {
  readonly name: string;
  /** As the configuration would spell them, or its `type` and all of them `sealed`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly route: Readonly<Record<string, unknown>>;
  readonly createdBy: string;
  readonly createdAtMs: number;
}

const columns = `name, settings, route, created_by as "createdBy", created_at as "createdAtMs"`;

export async function listStoredChannels(db: Queryable): Promise<StoredChannel[]> {
  return db.query<StoredChannel>(`select ${columns} from channels order by name`);
}

/** All of them, which nobody else changes before the transaction ends. */
export async function lockStoredChannels(tx: Queryable): Promise<StoredChannel[]> {
  return tx.query<StoredChannel>(`select ${columns} from channels order by name for update`);
}

export async function rewriteSettings(
  tx: Queryable,
  { name, settings }: Pick<StoredChannel, 'name' | 'settings'>,
): Promise<void> {
  await tx.query('update channels set settings = $2::jsonb where name = $1', [
    name,
    JSON.stringify(settings),
  ]);
}

/** Adds a channel; undefined when the name is taken. */
export async function addChannel(
  db: Queryable,
  { name, settings, route, createdBy }: Omit<StoredChannel, 'createdAtMs'>,
): Promise<StoredChannel | undefined> {
  const rows = await db.query<StoredChannel>(
    `insert into channels (name, settings, route, created_by) values ($1, $2::jsonb, $3::jsonb, $4)
     on conflict do nothing returning ${columns}`,
    [name, JSON.stringify(settings), JSON.stringify(route), createdBy],
  );
  return rows[0];
}

/** False when there is none. */
export async function removeChannel(db: Queryable, name: string): Promise<boolean> {
  const rows = await db.query('delete from channels where name = $1 returning name', [name]);
  return rows.length > 0;
}
