import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupDatabase, restoreDatabase } from './backup.ts';
import { maintain } from './maintenance.ts';
import { migrate } from './migrate.ts';
import { readNewDatabase } from './new-database.ts';
import { type EmbeddedDatabase, openEmbedded, openEmbeddedInThread } from './pglite.ts';
import { findQuery, saveQueries } from './queries-table.ts';

// The worker script is the built one: `npm run build` comes before these tests.
const BUILT = new URL('../../dist/store/pglite.js', import.meta.url).href;

/** Writes pairs of rows for ever, each pair in one transaction, and says the last one that is committed. */
const WRITER = `
  import { openEmbedded } from '${BUILT}';
  const db = await openEmbedded({ dataDir: process.argv[1] });
  await db.exec('create table if not exists pairs (n integer)');
  for (let n = 1; ; n += 1) {
    await db.transaction(async (tx) => {
      await tx.query('insert into pairs values ($1)', [n]);
      await tx.query('insert into pairs values ($1)', [n]);
    });
    process.stdout.write(n + '\\n');
  }`;

describe('the embedded database in its thread', { timeout: 60_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), 'saimon-pglite-'));
  const dataDir = join(home, 'data');
  const backup = join(home, 'backup.tar.gz');
  let db: EmbeddedDatabase;

  beforeAll(async () => {
    db = await openEmbedded({ dataDir });
    await saveQueries(db, 'config', [{ alias: 'kept', expr: 'up' }]);
  }, 60_000);
  afterAll(async () => {
    await db.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('is refused to a second one, with the holder named', async () => {
    await expect(openEmbedded({ dataDir })).rejects.toMatchObject({ code: 'locked' });
  });

  it('leaves the event loop free during a slow question, and takes large bytes', async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    await db.query('select count(*) from generate_series(1, 300000)');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
    const bytes = new Uint8Array(200_000).fill(7);
    const [row] = await db.query<{ bytes: Uint8Array }>('select $1::bytea as bytes', [bytes]);
    expect(Buffer.compare(row?.bytes ?? Buffer.of(), bytes)).toBe(0);
  });

  it('is made from the one of the build, with its tables', async () => {
    const identity = 'select system_identifier::text as id from pg_control_system()';
    const image = await readNewDatabase();
    if (!image) throw new Error('Cannot test: run npm run build first');
    const folder = join(home, 'new');
    const [unpacked, made] = [
      await openEmbeddedInThread(image),
      await openEmbedded({ dataDir: folder }),
    ];
    const [expected, found] = [await unpacked.query(identity), await made.query(identity)];
    expect(found).toEqual(expected);
    expect(await migrate(made)).toEqual([]);
    for (const database of [unpacked, made]) await database.close();
    rmSync(folder, { recursive: true });
    expect(await readNewDatabase(new URL('file:///missing.tgz'))).toBeUndefined();
  });

  it('cleans up table by table', async () => {
    await maintain(db);
    expect((await findQuery(db, 'kept'))?.expr).toBe('up');
  });

  it('is written to a backup file, complete or not at all', async () => {
    expect(await backupDatabase(db, backup)).toBeGreaterThan(1e6);
    expect(readdirSync(home).toSorted()).toEqual(['backup.tar.gz', 'data']);
    await expect(backupDatabase(db, join(home, 'missing', 'x'))).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringContaining('give a file in a folder that exists'),
    });
  });

  it('is restored from a backup into an empty folder, or over an old one by force', async () => {
    const restored = join(home, 'restored');
    await restoreDatabase(backup, { dataDir: restored });
    await expect(restoreDatabase(backup, { dataDir: restored })).rejects.toThrow(
      /holds a database/,
    );
    const broken = join(home, 'broken.tar.gz');
    writeFileSync(broken, 'not a backup');
    await expect(restoreDatabase(broken, { dataDir: restored, force: true })).rejects.toThrow(
      /expected a file that saimon backup wrote/,
    );
    expect(readdirSync(restored)).toEqual(['database']);
  });

  it('says in one line that a broken folder cannot be opened, and lets go of it', async () => {
    const broken = join(home, 'broken');
    mkdirSync(join(broken, 'database'), { recursive: true });
    writeFileSync(join(broken, 'database', 'PG_VERSION'), 'rubbish');
    await expect(openEmbedded({ dataDir: broken })).rejects.toThrow(
      /Cannot open the database in ".*broken": restore a backup/,
    );
    expect(readdirSync(broken)).toEqual(['database']);
  });

  it('holds every committed transaction, and no half of one, after kill -9; closed, it refuses questions', async () => {
    const killed = join(home, 'killed');
    cpSync(join(home, 'restored'), killed, { recursive: true });
    const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, killed]);
    let committed = 0;
    for await (const text of child.stdout) {
      committed = Number(String(text).trim().split('\n').at(-1));
      if (committed > 200) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(committed).toBeGreaterThan(200);
    const again = await openEmbedded({ dataDir: killed });
    const [row] = await again.query<{ rows: number; distinct: number; last: number }>(
      'select count(*) as rows, count(distinct n) as distinct, max(n) as last from pairs',
    );
    expect(row?.rows).toBe(2 * (row?.distinct ?? 0));
    expect(row?.distinct).toBe(row?.last);
    expect(row?.last).toBeGreaterThanOrEqual(committed);
    expect((await findQuery(again, 'kept'))?.expr).toBe('up');
    await again.close();
    await again.close();
    await expect(again.query('select 1')).rejects.toThrow(/it is closed/);
  });
});
