import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import type { Labels } from '../core/labels.ts';
import { listAnomalies } from '../store/anomalies-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { saveEvents } from '../store/events-table.ts';
import { addMaintenance } from '../store/maintenance-windows-table.ts';
import { listModels } from '../store/models-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { listTrainingJobs, requestTraining } from '../store/training-jobs-table.ts';
import { confirmAnomaly } from '../store/verdicts-table.ts';
import type { Engine } from './engine.ts';
import { MINUTE_MS, NOON_MS, noiseWithJump, TestWorld } from './test-engine.ts';

vi.setConfig({ testTimeout: 30_000 });
const ALL = { skip: 0, limit: 1000 };
const A_DAY = DAY_MS / MINUTE_MS + 1;

let database: EmbeddedDatabase;
let world: TestWorld;
let engine: Engine;
beforeEach(async () => {
  database = await openTestDatabase();
  world = new TestWorld(database);
  world.source.add('load', { host: 'a' }, (timeMs) => noiseWithJump(timeMs, NOON_MS + HOUR_MS));
  engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
});
afterEach(() => database.close());

/** Trains, and says on how many samples. */
async function train() {
  await world.clock.advance(MINUTE_MS);
  await engine.detectOnce();
  await requestTraining(database, 1, world.clock.now());
  await engine.trainOnce();
  const { rows } = await listModels(database, { ...ALL, activeOnly: true });
  const jobs = await listTrainingJobs(database, ALL);
  return {
    samples: rows.find(({ modelType }) => modelType === 'zscore')?.performanceMetrics['samples'],
    versions: rows.map(({ version }) => version),
    job: jobs.rows[0],
  };
}

/** Planned work from then to an hour before noon. */
async function plan(startsAtMs: number, matchers: Labels = {}) {
  await addMaintenance(database, 'api', {
    title: 'disks',
    matchers,
    startsAtMs,
    endsAtMs: NOON_MS - HOUR_MS,
    weekly: null,
    reason: '',
    createdBy: 'ann',
  });
}

describe('a fit', () => {
  it('leaves out what lies in an anomaly, unless a person calls it a false alarm', async () => {
    await world.run(engine, 120, 30);
    const { rows } = await listAnomalies(database, {}, ALL);
    expect(rows).toHaveLength(1);
    const [anomaly] = rows;
    const leftOut = ((anomaly?.endedAtMs ?? 0) - (anomaly?.startedAtMs ?? 0)) / MINUTE_MS;
    expect(leftOut).toBeGreaterThanOrEqual(10);
    const guarded = await train();
    expect(guarded.samples).toBe(A_DAY - leftOut);
    expect(guarded.job?.metrics['left_out']).toBe(leftOut);
    await confirmAnomaly(database, anomaly?.id ?? 0, { confirmed: false, user: 'ann' });
    expect((await train()).samples).toBe(A_DAY);
    await confirmAnomaly(database, anomaly?.id ?? 0, { confirmed: true, user: 'ann' });
    expect((await train()).samples).toBe(A_DAY - leftOut);
  });

  it('takes in what ended as a new level, unless a person called it an anomaly', async () => {
    await world.run(engine, 120, 30);
    await database.query(
      `update anomalies set context = context || '{"ending": "new_level"}'::jsonb`,
    );
    expect((await train()).samples).toBe(A_DAY);
    const { rows } = await listAnomalies(database, {}, ALL);
    await confirmAnomaly(database, rows[0]?.id ?? 0, { confirmed: true, user: 'ann' });
    expect((await train()).samples).toBeLessThanOrEqual(A_DAY - 10);
  });

  it('leaves out planned work, and half an hour after a deploy', async () => {
    await plan(NOON_MS - 2 * HOUR_MS, { host: 'a' });
    await saveEvents(database, [
      {
        kind: 'deploy',
        title: '',
        labels: {},
        startedAtMs: NOON_MS - 5 * HOUR_MS,
        endedAtMs: null,
        source: 'api',
        sourceKey: '1',
        reason: '',
        createdBy: 'ann',
      },
    ]);
    expect((await train()).samples).toBe(A_DAY - 60 - 30);
  });

  it('is not made where too little is left: the versions in force stay, and the job says why', async () => {
    await plan(NOON_MS - DAY_MS);
    const { versions, job } = await train();
    expect(versions).toEqual(['2026-11-22.1', '2026-11-22.1', '2026-11-22.1']);
    expect(job).toMatchObject({ status: 'completed', metrics: { models: 0 } });
    expect(job?.logs).toContain('leave too little of the past');
  });
});
