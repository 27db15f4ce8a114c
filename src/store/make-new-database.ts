// Writes the database that new installations start from: the last step of `npm run build`.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEmbeddedDatabase } from './embedded-database.ts';
import { migrate } from './migrate.ts';
import { NEW_DATABASE } from './new-database.ts';
import { startPglite } from './pglite-engine.ts';

const file = fileURLToPath(NEW_DATABASE);
const pglite = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));

// Packages keep the times of their makers: when one was put here is told by ctime.
const madeMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (madeMs < statSync(pglite).ctimeMs) {
  const database = createEmbeddedDatabase(await startPglite({}));
  await migrate(database);
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, await database.dump());
  await database.close();
  removeEarlier(dirname(file));
  await rename(unfinished, file);
}

/** Those of other tables. */
function removeEarlier(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^new-database.*\.tgz$/.test(name)) rmSync(join(folder, name));
  }
}
