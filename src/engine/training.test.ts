import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { SourceError } from '../sources/errors.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { activateModel, listModels } from '../store/models-table.ts';
import { listSeries } from '../store/series-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { listTrainingJobs, requestTraining } from '../store/training-jobs-table.ts';
import { MINUTE_MS, NOON_MS, noise, noiseWithJump, TestWorld } from './test-engine.ts';
import { createInlineTraining } from './workers/training-workers.ts';

vi.setConfig({ testTimeout: 30_000 });
const ALL = { skip: 0, limit: 1000 };

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const jobs = async () => {
  const { rows } = await listTrainingJobs(database, ALL);
  return rows
    .map(({ seriesId, occasion, status }) => `${seriesId} ${occasion}: ${status}`)
    .toReversed();
};
const versions = async () => {
  const { rows } = await listModels(database, { ...ALL, activeOnly: false });
  return rows
    .filter(({ modelType }) => modelType === 'isolation_forest')
    .map(({ version, isActive }) => `${version}${isActive ? ' active' : ''}`)
    .toReversed();
};
const states = async () => {
  const { rows } = await listSeries(database, {}, ALL);
  return Object.fromEntries(rows.map(({ labels, state }) => [labels['host'] ?? '', state]));
};

test('a series is trained once it has a thousand samples; until then it learns and never alerts', async () => {
  const world = new TestWorld(database, { options: { stepMs: 15_000 } });
  const bornMs = NOON_MS - 2 * HOUR_MS;
  world.source.add('load', { host: 'a' }, (timeMs) =>
    timeMs < bornMs ? undefined : noiseWithJump(timeMs, NOON_MS + 30 * MINUTE_MS),
  );
  const engine = world.engine();
  await engine.detectOnce();
  expect(await states()).toEqual({ a: 'warm-up' });
  await engine.trainOnce();
  expect(await states()).toEqual({ a: 'learning' });
  expect(engine.seriesProgress(1)).toEqual({
    state: 'learning',
    reason: '481 of 1000 samples seen, about 2h10m until its model is trusted',
    samplesSeen: 481,
    samplesNeeded: 1000,
    msLeft: 519 * 15_000,
  });
  await world.run(engine, 120, 30);
  expect(await jobs()).toEqual([]);
  expect(engine.seriesProgress(1)?.samplesSeen).toBe(961);
  expect([...engine.latestJudgements()][0]?.expected).toBeCloseTo(10, -1);
  await world.run(engine, 15, 15);
  expect(await jobs()).toEqual(['1 first: completed']);
  expect(await states()).toEqual({ a: 'ready' });
  expect(await world.anomalies()).toEqual([]);
  const { rows } = await listModels(database, { ...ALL, activeOnly: true });
  expect(rows.map(({ modelType }) => modelType).toSorted()).toEqual([
    'isolation_forest',
    'seasonal',
    'zscore',
  ]);
  expect(rows[0]?.performanceMetrics).not.toEqual({});
});

test('every night trains once, and a restart neither repeats nor forgets it', async () => {
  const startMs = Date.parse('2026-03-28T22:30:00Z');
  const options = { zone: 'Europe/Berlin', stepMs: MINUTE_MS };
  const world = new TestWorld(database, { startMs, options });
  world.source.add('load', { host: 'a' }, (timeMs) => noise(timeMs));
  const first = world.engine();
  await first.detectOnce();
  await first.trainOnce();
  await world.run(first, 120, 60);
  expect(await jobs()).toEqual(['1 first: completed']);
  await first.stop();
  // 03:30 of the day whose 02:00 does not exist; nothing ran meanwhile.
  await world.clock.advance(HOUR_MS);
  const second = world.engine();
  await second.detectOnce();
  await second.trainOnce();
  await second.stop();
  const third = world.engine();
  await world.run(third, 60, 60);
  expect(await jobs()).toEqual(['1 first: completed', '1 night 2026-03-29: completed']);
  expect(await versions()).toEqual(['2026-03-28.1', '2026-03-29.1 active']);
});

test('an older version that is put in force speaks from the next run on', async () => {
  const world = new TestWorld(database);
  world.source.add('load', { host: 'a' }, (timeMs) => noiseWithJump(timeMs, NOON_MS + HOUR_MS));
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 10, 10);
  await requestTraining(database, 1, world.clock.now());
  await requestTraining(database, 1, world.clock.now());
  await engine.trainOnce();
  expect(await jobs()).toEqual(['1 first: completed', '1 request 2026-11-22T12:10: completed']);
  expect(await versions()).toEqual(['2026-11-22.1', '2026-11-22.2 active']);
  await world.run(engine, 10, 10);
  const { rows } = await listModels(database, { ...ALL, activeOnly: false });
  const old = rows.find(({ modelType, isActive }) => modelType === 'zscore' && !isActive);
  await activateModel(database, old?.id ?? 0);
  await world.run(engine, 60, 30);
  const [anomaly] = await world.anomalies();
  expect(anomaly?.context['models']).toEqual({
    zscore: '2026-11-22.1',
    seasonal: '2026-11-22.2',
    isolation_forest: '2026-11-22.2',
  });
});

test('a training that fails concerns its own series and is tried again within the hour', async () => {
  const inline = createInlineTraining();
  let broken = true;
  const workers = {
    ...inline,
    train: (...[task]: Parameters<typeof inline.train>) => {
      // The series that fails is the one without a sample at the first step of its history.
      if (broken && Number.isNaN(task.history.values[0]))
        throw new RangeError('Cannot fit: broken');
      return inline.train(task);
    },
  };
  const world = new TestWorld(database, { workers });
  world.source.add('load', { host: 'good' }, (timeMs) => noise(timeMs));
  world.source.add('load', { host: 'bad' }, (timeMs) =>
    timeMs < NOON_MS - 1200 * MINUTE_MS ? undefined : noise(timeMs, 1),
  );
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  expect(await states()).toEqual({ good: 'ready', bad: 'learning' });
  const { rows } = await listTrainingJobs(database, { ...ALL, status: 'failed' });
  expect(rows.map(({ errorMessage }) => errorMessage)).toEqual(['Cannot fit: broken']);
  broken = false;
  await world.run(engine, 60, 60);
  expect(await states()).toEqual({ good: 'ready', bad: 'ready' });
});

test('a first training that ends while the source is being asked costs no sample', async () => {
  const inline = createInlineTraining();
  const [trained, answered] = [gate(), gate()];
  const workers = {
    ...inline,
    train: async (...[task]: Parameters<typeof inline.train>) => {
      await trained.opened;
      return inline.train(task);
    },
  };
  const world = new TestWorld(database, { workers });
  world.source.add('load', { host: 'a' }, (timeMs) => noise(timeMs));
  const engine = world.engine();
  await engine.detectOnce();
  const training = engine.trainOnce();
  await vi.waitFor(() => expect(world.source.requests).toHaveLength(2));
  await world.clock.advance(5 * MINUTE_MS);
  await engine.detectOnce();
  await world.clock.advance(5 * MINUTE_MS);
  const ask = world.source.queryRange.bind(world.source);
  world.source.queryRange = async (request) => {
    const answer = await ask(request);
    await answered.opened;
    return answer;
  };
  const detection = engine.detectOnce();
  await vi.waitFor(() => expect(world.source.requests).toHaveLength(4));
  trained.open();
  await training;
  answered.open();
  await detection;
  await engine.detectOnce();
  // A day before noon, noon itself, and ten minutes.
  expect(engine.seriesProgress(1)?.samplesSeen).toBe(1440 + 1 + 10);
});

/** Something that others wait for until it is opened. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const waiting: (() => void)[] = [];
  const opened = new Promise<void>((resolve) => void waiting.push(resolve));
  return { opened, open: () => waiting.forEach((goOn) => goOn()) };
}

test('series may come, vanish and come back', async () => {
  const world = new TestWorld(database);
  const goneMs = NOON_MS + 20 * MINUTE_MS;
  world.source.add('load', { host: 'old' }, (timeMs) =>
    timeMs < goneMs || timeMs > goneMs + HOUR_MS
      ? noiseWithJump(timeMs, goneMs - 5 * MINUTE_MS)
      : undefined,
  );
  world.source.add('load', { host: 'new' }, (timeMs) =>
    timeMs < NOON_MS + 5 * MINUTE_MS ? undefined : noise(timeMs),
  );
  const statuses = async () =>
    (await world.anomalies()).map(({ kind, status }) => `${kind} ${status}`).toSorted();
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 20, 20);
  expect(await states()).toEqual({ old: 'ready', new: 'learning' });
  expect(await statuses()).toEqual(['deviation open']);
  await world.run(engine, 30, 15);
  expect(await states()).toEqual({ old: 'stale', new: 'learning' });
  // Who has vanished is no longer abnormal, but absent.
  expect(await statuses()).toEqual(['absence open', 'deviation closed']);
  await world.run(engine, 45, 45);
  expect(await states()).toEqual({ old: 'ready', new: 'learning' });
  expect(await statuses()).toEqual(['absence closed', 'deviation closed']);
});

test('what the source refuses or the model cannot read is said once and does not stop the others', async () => {
  const queries = [
    { alias: 'load', expr: 'load' },
    { alias: 'bad', expr: 'bad' },
    { alias: 'crowd', expr: 'crowd' },
  ];
  const world = new TestWorld(database, { options: { queries, maxSeries: 5 } });
  world.source.add('load', { host: 'a' }, (timeMs) => noise(timeMs));
  world.source.failures.set('bad', new SourceError('rejected', 'Cannot query "bad": parse error'));
  for (let i = 0; i < 6; i++)
    world.source.add('crowd', { host: `${i}` }, (timeMs) => noise(timeMs));
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 20, 10);
  expect(await states()).toEqual({ a: 'ready' });
  expect(world.said.toSorted()).toEqual([
    expect.stringContaining('Cannot query "bad"'),
    expect.stringContaining('raise reader.max_series'),
  ]);
  await engine.stop();
  // A state of another make is not believed: the series is learned anew.
  await database.query(`update checkpoints set state = 'nonsense'`);
  const next = world.engine();
  await next.detectOnce();
  await world.run(next, 10, 10);
  expect(world.said.join()).toContain('Learning load {host="a"} anew');
  expect(await states()).toEqual({ a: 'ready' });
});

test('old rows go when their time is over', async () => {
  const world = new TestWorld(database);
  world.source.add('load', { host: 'a' }, (timeMs) => noise(timeMs));
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 10, 10);
  const bands = () => database.query('select 1 from bands');
  expect(await bands()).toHaveLength(1);
  await world.clock.advance(500 * DAY_MS);
  await engine.tidyOnce();
  expect(await bands()).toHaveLength(0);
});
