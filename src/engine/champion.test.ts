import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import type { Comparison } from '../core/model/version-trial.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { listModels, rollBackModel } from '../store/models-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { listTrainingJobs, requestTraining } from '../store/training-jobs-table.ts';
import type { Engine } from './engine.ts';
import { NOON_MS, noise, TestWorld } from './test-engine.ts';
import { createInlineTraining } from './workers/training-workers.ts';

vi.setConfig({ testTimeout: 30_000 });
const ALL = { skip: 0, limit: 1000 };

let database: EmbeddedDatabase;
let world: TestWorld;
let engine: Engine;
/** False alarms of the challenger and of the champion, where they are not to be as they are. */
let raised: readonly [number, number] | undefined;

beforeEach(async () => {
  raised = undefined;
  database = await openTestDatabase();
  const inline = createInlineTraining();
  const train: typeof inline.train = async (task) => {
    const outcome = await inline.train(task);
    const { comparison } = outcome;
    if (!comparison || !raised) return outcome;
    return { ...outcome, comparison: { ...comparison, ...figures(raised) } };
  };
  world = new TestWorld(database, { workers: { ...inline, train } });
  world.source.add('load', { host: 'a' }, (timeMs) => noise(timeMs));
  engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
});
afterEach(() => database.close());

function figures([ours, theirs]: readonly [number, number]): Partial<Comparison> {
  return {
    challenger: { falseAlarms: ours, falseSamples: ours },
    champion: { falseAlarms: theirs, falseSamples: theirs },
  };
}

/** A day passes, with a night in it. */
async function night(): Promise<void> {
  await world.clock.advance(DAY_MS);
  await engine.detectOnce();
  await engine.trainOnce();
  await engine.detectOnce();
}

async function forests() {
  const { rows } = await listModels(database, { ...ALL, activeOnly: false });
  return rows.filter(({ modelType }) => modelType === 'isolation_forest').toReversed();
}

const inForce = async () => (await forests()).find(({ isActive }) => isActive)?.version;

describe('a new version', () => {
  it('takes over when it raises no more false alarms on the day before, and says what was compared', async () => {
    await night();
    expect(await inForce()).toBe('2026-11-23.1');
    const [first, second] = await forests();
    expect(first?.performanceMetrics).not.toHaveProperty('comparison');
    const none = { false_alarms: 0, false_samples: 0 };
    expect(second?.performanceMetrics['comparison']).toEqual({
      from: new Date(NOON_MS + 60_000).toISOString(),
      // A nightly fit sees what came before 02:00.
      until: new Date(NOON_MS + 14 * HOUR_MS - 60_000).toISOString(),
      samples: 14 * 60 - 1,
      challenger: none,
      champion: none,
      decision: 'challenger',
      why: 'on the recent past the new version raises 0 false alarms, the one in force 0',
    });
  });

  it('stays out of force when it raises more of them: its row, the job and the log say why', async () => {
    raised = [2, 1];
    await night();
    expect(await inForce()).toBe('2026-11-22.1');
    const why = 'on the recent past the new version raises 2 false alarms, the one in force 1';
    const [, second] = await forests();
    expect(second).toMatchObject({
      isActive: false,
      activatedBy: null,
      performanceMetrics: { comparison: { decision: 'champion', why } },
    });
    const { rows } = await listTrainingJobs(database, ALL);
    expect(rows[0]).toMatchObject({ status: 'completed', logs: expect.stringContaining(why) });
    raised = [1, 1];
    await night();
    expect(await inForce()).toBe('2026-11-24.1');
  });

  it('must raise fewer than one that a person has put back, unless a person asks for it', async () => {
    await night();
    const [first] = await forests();
    expect(await rollBackModel(database, first?.id ?? 0)).toMatchObject({
      version: '2026-11-22.1',
    });
    await night();
    expect(await inForce()).toBe('2026-11-22.1');
    expect((await forests()).at(-1)?.performanceMetrics['comparison']).toMatchObject({
      why: expect.stringContaining('a person put the version in force'),
    });
    raised = [0, 1];
    await night();
    expect(await inForce()).toBe('2026-11-25.1');
    await rollBackModel(database, first?.id ?? 0);
    raised = undefined;
    await world.clock.advance(HOUR_MS);
    await engine.detectOnce();
    await requestTraining(database, 1, world.clock.now());
    await engine.trainOnce();
    expect(await inForce()).toBe('2026-11-25.2');
  });

  it('takes over without a comparison when what it would be compared from cannot be read', async () => {
    await database.query(`update checkpoints set trial_state = 'nonsense'`);
    await night();
    expect(await inForce()).toBe('2026-11-23.1');
    expect((await forests()).at(-1)?.performanceMetrics['comparison']).toEqual({
      decision: 'challenger',
      why: 'there is no recent past to compare versions on',
    });
    await night();
    expect((await forests()).at(-1)?.performanceMetrics['comparison']).toHaveProperty('samples');
  });
});
