import { afterAll, beforeAll, expect, test } from 'vitest';
import { Costs } from '../../contract/costs.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function costsSuite(): void {
  let server: TestApi;
  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  const costs = async () => Costs.parse((await server.call('GET', '/api/v1/costs')).body);

  test('costs of nothing are unknown, not zero', async () => {
    expect(await costs()).toMatchObject({
      series: 0,
      model_bytes_per_series: null,
      detection_us_per_sample: null,
      trainings: 0,
    });
  });

  test('costs are what the process took, of a sample and of a training', async () => {
    const { telemetry, database } = server;
    await database.query(
      `insert into queries (alias, expr, metric_type, description, unit, options, origin)
       values ('a', 'a', 'gauge', '', '', '{}', 'config')`,
    );
    await database.query(
      `insert into series (query_id, labels, labels_key, step_ms)
       select id, '{}', key, 15000 from queries, (values ('a'), ('b')) k(key)`,
    );
    await database.query(
      `insert into checkpoints (series_id, scored_until, state)
       select id, now(), '\\x000000000000' from series`,
    );
    await database.query(
      `insert into models (series_id, name, version, model_type, snapshot, is_active)
       select min(id), 'z', '1', 'zscore', '\\x0000000000000000', true from series`,
    );
    telemetry.detectionLatency.observe(0.3);
    telemetry.detectionLatency.observe(0.1);
    telemetry.samplesScored.inc(2000);
    telemetry.trainingDuration.observe(0.05);
    expect(await costs()).toEqual({
      series: 2,
      models_in_force: 1,
      // Eight bytes in one of two series; six in each.
      model_bytes_per_series: 4,
      state_bytes_per_series: 6,
      // 0.4 s for 2000 samples.
      detection_us_per_sample: 200,
      samples_judged: 2000,
      training_ms: 50,
      trainings: 1,
    });
  });
}
