// Bytes stored per series-day and per anomaly, in the embedded database after VACUUM. Run it with `npm run bench:storage`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createRawSampleStorage } from '../src/app/raw-sample-storage.ts';
import { SILENT } from '../src/base/logger.ts';
import { ManualClock } from '../src/base/manual-clock.ts';
import { createEngine } from '../src/engine/engine.ts';
import { createTelemetry } from '../src/engine/telemetry.ts';
import { createInlineTraining } from '../src/engine/workers/training-workers.ts';
import { parseExposition } from '../src/sources/host/exposition.ts';
import { SampleCollection } from '../src/sources/host/sample-collection.ts';
import { createEstate } from '../src/sources/simulated/estate.ts';
import { exportedSeries } from '../src/sources/simulated/exported-series.ts';
import { expositionAt } from '../src/sources/simulated/exposition.ts';
import { createSimulatedSource } from '../src/sources/simulated/simulated-source.ts';
import type { Database } from '../src/store/database.ts';
import { maintain } from '../src/store/maintenance.ts';
import { migrate } from '../src/store/migrate.ts';
import { openEmbedded } from '../src/store/pglite.ts';
import { print } from './rounds.ts';

const DAY_MS = 86_400_000;
const SCRAPE_MS = 15_000;
const STEP_MS = 60_000;
const RUN_MS = 300_000;
/** As the program does it. */
const CLEAN_UP_MS = 600_000;
const COPIES = 2000;
const estateOptions = { seed: 3, startMs: Date.UTC(2026, 10, 16), historyMs: 8 * DAY_MS };

const folder = mkdtempSync(join(tmpdir(), 'saimon-bench-'));
const database = await openEmbedded({
  dataDir: folder,
  workerUrl: new URL('../../store/pglite-worker.js', import.meta.url),
});
try {
  await migrate(database);
  await collectDay(database);
  await watchDay(database);
  await storeAnomalies(database);
} finally {
  await database.close();
  rmSync(folder, { recursive: true });
}

/** A day of the embedded collector, scraped every 15 s. */
async function collectDay(db: Database): Promise<void> {
  const series = exportedSeries(createEstate(estateOptions));
  const collection = new SampleCollection({
    storage: createRawSampleStorage(db),
    logger: SILENT,
    retentionMs: 14 * DAY_MS,
    maxCollected: 10_000,
  });
  const { startMs } = estateOptions;
  for (let timeMs = startMs; timeMs <= startMs + DAY_MS + SCRAPE_MS; timeMs += SCRAPE_MS) {
    collection.append('estate', timeMs, parseExposition(expositionAt(series, timeMs)));
    await collection.flush();
    if ((timeMs - startMs) % CLEAN_UP_MS === 0) await maintain(db);
  }
  const [row] = await db.query<{ series: number; samples: number }>(
    'select count(distinct raw_series_id) as series, sum(samples)::bigint as samples from sample_chunks',
  );
  const { series: count, samples } = row ?? { series: 1, samples: 1 };
  const bytes = await sizeOf(db, 'sample_chunks');
  const head = await sizeOf(db, 'sample_head');
  print(`samples: ${samples} of ${count} series in a day at ${SCRAPE_MS / 1000} s`);
  print(
    `  ${kilobytes(bytes / count)} a series and day, ${(bytes / samples).toFixed(2)} bytes a sample` +
      `; not yet in chunks, at most two hours: ${kilobytes(head / count)} a series`,
  );
}

/** A day of detection every five minutes after a week of history. */
async function watchDay(db: Database): Promise<void> {
  const clock = new ManualClock(estateOptions.startMs);
  const engine = createEngine({
    database: db,
    source: createSimulatedSource({ ...estateOptions, clock }),
    clock,
    logger: SILENT,
    telemetry: createTelemetry(new Registry(), { version: 'bench' }),
    workers: createInlineTraining(),
    options: { stepMs: STEP_MS, inferEveryMs: RUN_MS },
  });
  await engine.detectOnce();
  await engine.trainOnce();
  for (let run = 0; run < DAY_MS / RUN_MS; run++) {
    await clock.advance(RUN_MS);
    await engine.detectOnce();
    if (run % 2 === 0) await maintain(db);
  }
  await engine.stop();
  const [row] = await db.query<{ series: number; versions: number }>(
    'select count(distinct series_id) as series, count(*) as versions from models',
  );
  const { series, versions } = row ?? { series: 1, versions: 0 };
  const per = async (table: string): Promise<string> =>
    kilobytes((await sizeOf(db, table)) / series);
  print(`detection: ${series} series, a day at ${STEP_MS / 1000} s after a week of history`);
  print(`  bands: ${await per('bands')} a series and day`);
  print(`  learned state: ${await per('checkpoints')} a series`);
  print(`  how it moved in the past week: ${await per('profiles')} a series`);
  print(
    `  models: ${await per('models')} a series for ${(versions / series).toFixed(1)} versions of one training; five are kept`,
  );
}

/** Rows like those the day has brought, many times over. */
async function storeAnomalies(db: Database): Promise<void> {
  const moved = ['timestamp', 'opened_at', 'started_at', 'last_at', 'ended_at'];
  const columns = await columnsOf(db, 'anomalies');
  const copied = columns.map((name) =>
    moved.includes(name) ? `${name} - n * interval '1 hour'` : name,
  );
  const [found] = await db.query<{ anomalies: number }>(
    'select count(*) as anomalies from anomalies',
  );
  const before = await sizeOf(db, 'anomalies');
  const alertsBefore = await sizeOf(db, 'alerts');
  const rows = await db.query(
    `insert into anomalies (${columns.join()}) select ${copied.join()}
     from (select * from anomalies order by id limit 20) a, generate_series(1, ${COPIES}) n returning 1`,
  );
  const alertColumns = await columnsOf(db, 'alerts');
  const ofCopy = alertColumns.map((name) => (name === 'anomaly_id' ? 'a.id' : `l.${name}`));
  const alerts = await db.query(
    `insert into alerts (${alertColumns.join()}) select ${ofCopy.join()} from anomalies a,
       (select * from alerts order by id limit 1) l
     where not exists (select 1 from alerts known where known.anomaly_id = a.id) returning 1`,
  );
  const anomalyBytes = ((await sizeOf(db, 'anomalies')) - before) / rows.length;
  const alertBytes = ((await sizeOf(db, 'alerts')) - alertsBefore) / alerts.length;
  print(`anomalies: ${found?.anomalies} in the day, copied to ${rows.length}`);
  print(`  ${kilobytes(anomalyBytes)} a row with its indexes, ${kilobytes(alertBytes)} its alert`);
}

async function columnsOf(db: Database, table: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 and column_name <> 'id'`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** Table, indexes and long values, after VACUUM. */
async function sizeOf(db: Database, table: string): Promise<number> {
  await db.exec(`vacuum (analyze) ${table}`);
  const [row] = await db.query<{ bytes: number }>('select pg_total_relation_size($1) as bytes', [
    table,
  ]);
  return row?.bytes ?? 0;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(2)} KB`;
}
