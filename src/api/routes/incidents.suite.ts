import { afterAll, beforeAll, expect, test } from 'vitest';
import { IncidentDetail, IncidentList } from '../../contract/incident.ts';
import type { EpisodeDraft } from '../../store/detection.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { groupAnomalies, openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const MINUTE_MS = 60_000;

/** A part of api.test.ts, where all parts share one database. */
export function incidentsSuite(): void {
  let server: TestApi;
  const seriesIds: number[] = [];
  let metricId = 0;

  beforeAll(async () => {
    server = await openTestApi();
    const { queries } = await saveQueries(server.database, 'config', [
      { alias: 'cpu_of_incident', expr: 'up' },
    ]);
    metricId = queries[0]?.id ?? 0;
    const wanted = ['web-1:9100', 'web-1:9256', 'db-1:9100'].map((instance) => ({
      labels: { instance },
      stepMs: MINUTE_MS,
    }));
    const rows = await ensureSeries(server.database, metricId, wanted);
    seriesIds.push(...rows.map(({ id }) => id));
    await save(0, 0, -Infinity);
    await save(1, 3, -Infinity, { ratio: 2 });
    await save(2, 5, -Infinity, { severity: 'medium' });
    await group();
  }, 30_000);
  afterAll(() => server.close());

  /** Writes the episode of a series, so many minutes later than the sample's; goes on from `fromMs`. */
  async function save(
    index: number,
    lateMinutes: number,
    fromMs: number,
    more: Partial<EpisodeDraft> = {},
  ) {
    const episode = sampleEpisode(TEST_NOW_MS + lateMinutes * MINUTE_MS);
    const labels = { instance: ['web-1:9100', 'web-1:9256', 'db-1:9100'][index] ?? '' };
    await saveDetection(server.database, [
      {
        seriesId: seriesIds[index] ?? 0,
        metricId,
        labels,
        scoredFromMs: Number.isFinite(fromMs) ? fromMs : null,
        scoredUntilMs: (Number.isFinite(fromMs) ? fromMs : TEST_NOW_MS) + MINUTE_MS,
        episode: {},
        episodes: [{ ...episode, ...more }],
        bands: [],
      },
    ]);
  }

  const group = () => groupAnomalies(server.database);

  const ask = (path: string) => server.call('GET', `/api/v1/incidents${path}`);
  const act = (path: string, body?: object) =>
    server.call('POST', `/api/v1/incidents${path}`, body);
  const list = async (query = '') => IncidentList.parse((await ask(query)).body);
  const detail = async (id: number) => IncidentDetail.parse((await ask(`/${id}`)).body);

  test('incidents are listed newest first, by status, severity and time', async () => {
    const { total, incidents } = await list();
    expect(total).toBe(2);
    expect(incidents.map(({ title, members, status }) => [title, members, status])).toEqual([
      ['cpu_of_incident of db-1', 1, 'open'],
      ['cpu_of_incident of web-1 and 1 more', 2, 'open'],
    ]);
    expect((await list('?severity=medium')).incidents.map(({ id }) => id)).toEqual([2]);
    expect((await list('?status=resolved')).total).toBe(0);
    expect((await list('?end_time=2026-11-22T11:50:00Z')).incidents.map(({ id }) => id)).toEqual([
      1,
    ]);
    expect((await list('?start_time=2026-11-22T12:04:00Z')).total).toBe(1);
    expect((await ask('?status=shut')).status).toBe(422);
    expect((await ask('?start_time=soon')).status).toBe(422);
  });

  test('one incident tells its causes, what happened and what it touches', async () => {
    const incident = await detail(1);
    expect(incident.causes.map(({ anomaly_id: id, after_seconds: s }) => [id, s])).toEqual([
      [1, 0],
      [2, 180],
    ]);
    expect(incident.causes.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(1);
    expect(incident.causes[0]).toMatchObject({
      started_at: '2026-11-22T11:48:00.000Z',
      onset_at: '2026-11-22T11:47:00.000Z',
    });
    expect(incident.timeline.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'began cpu_of_incident: deviation, high',
      'began cpu_of_incident: deviation, high. On web-1, as cpu_of_incident',
    ]);
    expect(incident.causes.map(({ tied_by: ties }) => ties)).toEqual([
      [],
      [
        {
          kind: 'entity',
          anomaly_id: 1,
          correlation: null,
          lag_seconds: null,
          text: 'On web-1, as cpu_of_incident',
        },
      ],
    ]);
    expect(incident.blast_radius).toEqual({
      series: 2,
      metrics: ['cpu_of_incident'],
      entities: [{ instance: 'web-1' }],
    });
    expect((await ask('/1/causes')).body).toEqual({ incident_id: 1, causes: incident.causes });
    expect((await ask('/1/timeline')).body['timeline']).toEqual(incident.timeline);
    expect((await server.call('GET', '/api/v1/anomalies/2')).body['incident_id']).toBe(1);
  });

  test('acknowledged, its alerts are too; a note stands in its timeline', async () => {
    expect((await act('/1/acknowledge?user=ann')).body).toEqual({
      message: 'Incident acknowledged',
      incident_id: 1,
    });
    expect((await act('/1/notes?user=ann', { text: ' the disk was full ' })).status).toBe(201);
    await group();
    const incident = await detail(1);
    expect(incident).toMatchObject({ status: 'acknowledged', acknowledged_by: 'ann' });
    expect(incident.timeline.slice(2)).toMatchObject([
      { kind: 'acknowledged', user: 'ann', at: '2026-11-22T12:00:00.000Z' },
      { kind: 'note', user: 'ann', text: 'the disk was full' },
    ]);
    const { body } = await server.call('GET', '/api/v1/alerts?status=acknowledged');
    expect(body['alerts']).toMatchObject([
      { incident_id: 1, acknowledged_by: 'ann' },
      { incident_id: 1, acknowledged_by: 'ann' },
    ]);
  });

  test('resolved by hand it stays so, and its alerts with it, while its anomalies go on', async () => {
    await act('/1/resolve?user=ann');
    await act('/1/resolve?user=bob');
    await group();
    expect(await detail(1)).toMatchObject({
      status: 'resolved',
      resolved_by: 'ann',
      ended_at: null,
    });
    const { body } = await server.call('GET', '/api/v1/alerts?status=resolved');
    expect(body['total']).toBe(2);
  });

  test('merged into another one, its anomalies and notes go along and it says where', async () => {
    expect((await act('/2/merge?user=ann', { incident_ids: [1] })).body).toEqual({
      message: 'Incidents merged into incident 2',
      incident_id: 2,
    });
    await group();
    const incident = await detail(2);
    expect(incident).toMatchObject({
      members: 3,
      status: 'open',
      title: 'cpu_of_incident of web-1 and 2 more',
    });
    expect(incident.timeline.map(({ kind }) => kind)).toContain('merged');
    expect(incident.timeline.map(({ text }) => text)).toContain('the disk was full');
    expect(await detail(1)).toMatchObject({ merged_into: 2, causes: [] });
    expect((await list()).incidents.map(({ id }) => id)).toEqual([2]);
    const refused = await act('/1/resolve');
    expect(refused.status).toBe(409);
    expect(refused.body['error']).toBe(
      'Cannot resolve incident 1: it became a part of incident 2, use that one',
    );
  });

  test('it is resolved as of the last end when its anomalies have ended', async () => {
    const endedAtMs = TEST_NOW_MS - 60 * MINUTE_MS;
    for (const [index, late] of [0, 3, 5].entries())
      await save(index, late, TEST_NOW_MS + MINUTE_MS, {
        lastAtMs: endedAtMs - MINUTE_MS,
        endedAtMs,
      });
    await group();
    expect(await detail(2)).toMatchObject({
      status: 'resolved',
      resolved_by: null,
      ended_at: '2026-11-22T11:00:00.000Z',
      resolved_at: '2026-11-22T11:00:00.000Z',
    });
  });

  test('what cannot be done is refused with a reason', async () => {
    expect((await ask('/99')).status).toBe(404);
    expect((await act('/99/acknowledge')).status).toBe(404);
    expect((await ask('/none')).status).toBe(422);
    expect((await act('/2/merge', { incident_ids: [] })).status).toBe(422);
    expect((await act('/2/merge', { incident_ids: [2] })).status).toBe(422);
    expect((await act('/2/merge', { incident_ids: [99] })).status).toBe(404);
    expect((await act('/2/merge')).status).toBe(422);
    expect((await act('/2/notes', { text: '  ' })).status).toBe(422);
    expect((await act('/2/notes', { text: 'x', by: 'me' })).status).toBe(422);
  });
}
