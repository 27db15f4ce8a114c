import type { Database } from './database.ts';

/** All that a database holds, as the text of each table's rows: for tests. */
export async function everyRow(db: Database): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const rows: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await db.query<{ text: string }>(
      `select coalesce(string_agg(t::text, chr(10) order by t::text), '') as text from ${name} t`,
    );
    rows[name] = row?.text ?? '';
  }
  return rows;
}
