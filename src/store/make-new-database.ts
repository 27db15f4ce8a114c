// Writes the empty database that new installations start from: the last step of `npm run build`.
import { statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NEW_DATABASE } from './new-database.ts';
import { startPglite } from './pglite-engine.ts';

const file = fileURLToPath(NEW_DATABASE);
const pglite = fileURLToPath(import.meta.resolve('@electric-sql/pglite'));

// Packages keep the times of their makers: when one was put here is told by ctime.
const madeMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (madeMs < statSync(pglite).ctimeMs) {
  const engine = await startPglite({});
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, await engine.dump());
  await rename(unfinished, file);
  await engine.close();
}
