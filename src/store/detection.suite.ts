import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Severity } from '../core/anomalies/severity.ts';
import { acknowledgeAlert, findAlert, listAlerts, resolveAlert } from './alerts-table.ts';
import {
  anomalyStats,
  confirmAnomaly,
  countAnomalies,
  deleteAnomaliesBefore,
  findAnomaly,
  insertAnomaly,
  listAnomalies,
  listOpenAnomalies,
} from './anomalies-table.ts';
import { deleteBandsBefore, readBands } from './bands-table.ts';
import { deleteCheckpoints, loadCheckpoints } from './checkpoints-table.ts';
import type { Database } from './database.ts';
import type { EpisodeDraft, SeriesDetection } from './detection.ts';
import { saveQueries } from './queries-table.ts';
import { saveDetection } from './save-detection.ts';
import { ensureSeries } from './series-table.ts';

const T0 = Date.UTC(2026, 10, 22, 10);
const MINUTE = 60_000;
const PAGE = { skip: 0, limit: 100 };

function episodeAt(openedAtMs: number, over: Partial<EpisodeDraft> = {}): EpisodeDraft {
  return {
    openedAtMs,
    startedAtMs: openedAtMs - MINUTE,
    lastAtMs: openedAtMs,
    endedAtMs: null,
    timestampMs: openedAtMs,
    value: 95.5,
    expected: 40,
    lower: 30,
    upper: 50,
    ratio: 2.6,
    score: 0.956,
    severity: 'high',
    confidence: 0.9,
    direction: 'above',
    algorithm: 'zscore',
    modelId: null,
    modelVersion: '2026-11-22.1',
    explanation: 'It is 95.5 where 40 was expected',
    context: { detectors: [{ detector: 'zscore', ratio: 2.6 }] },
    alert: { title: 'CPU is high', message: 'It is 95.5 where 40 was expected' },
    ...over,
  };
}

/** What is found, what is kept of it and how it is read: the same on every database. */
export function describeDetectionStore(open: () => Promise<Database>): void {
  let db: Database;
  let metricId: number;
  let seriesIds: number[];

  beforeEach(async () => {
    db = await open();
    const { queries } = await saveQueries(db, 'config', [{ alias: 'cpu', expr: 'rate(cpu[5m])' }]);
    metricId = queries[0]?.id ?? 0;
    const labels = ['a', 'b', 'c'].map((instance) => ({ labels: { instance }, stepMs: 15_000 }));
    seriesIds = (await ensureSeries(db, metricId, labels)).map((row) => row.id);
  });
  afterEach(() => db.close());

  const run = (
    index: number,
    { from, until, ...over }: { from: number | null; until: number } & Partial<SeriesDetection>,
  ): SeriesDetection => ({
    seriesId: seriesIds[index] ?? 0,
    metricId,
    labels: { instance: 'abc'.charAt(index) },
    scoredFromMs: from,
    scoredUntilMs: until,
    episodes: [],
    bands: [],
    ...over,
  });

  describe('saveDetection()', () => {
    it('writes checkpoint, episode, alert and band of a run together', async () => {
      const state = { bytes: Uint8Array.of(1, 2, 3), untilMs: T0 };
      const band = { hourMs: T0, bytes: Uint8Array.of(9, 8) };
      const saved = await saveDetection(db, [
        run(0, {
          from: null,
          until: T0,
          state,
          episode: { open: 1 },
          episodes: [episodeAt(T0)],
          bands: [band],
        }),
        run(1, { from: null, until: T0 }),
      ]);
      expect(saved.savedSeriesIds).toEqual(new Set(seriesIds.slice(0, 2)));
      expect(saved.episodes).toEqual([
        { id: expect.any(Number), seriesId: seriesIds[0], openedAtMs: T0, isNew: true, open: true },
      ]);
      expect(saved.alerts).toEqual([
        { id: expect.any(Number), anomalyId: saved.episodes[0]?.id, change: 'opened' },
      ]);
      const checkpoints = await loadCheckpoints(db, seriesIds, { withState: true });
      expect(checkpoints.find((one) => one.seriesId === seriesIds[0])).toEqual({
        seriesId: seriesIds[0],
        scoredUntilMs: T0,
        state: expect.any(Uint8Array),
        stateUntilMs: T0,
        episode: { open: 1 },
      });
      expect([...(checkpoints.find((one) => one.seriesId === seriesIds[0])?.state ?? [])]).toEqual([
        1, 2, 3,
      ]);
      const second = checkpoints.find((one) => one.seriesId === seriesIds[1]);
      expect(second).toMatchObject({ state: null, stateUntilMs: null, episode: null });
      const stored = await readBands(db, seriesIds[0] ?? 0, { startMs: T0, endMs: T0 + 1 });
      expect(stored.map((chunk) => [chunk.hourMs, ...chunk.bytes])).toEqual([[T0, 9, 8]]);
    });

    it('keeps the state blob of a checkpoint when a run brings none', async () => {
      const state = { bytes: Uint8Array.of(7), untilMs: T0 };
      await saveDetection(db, [run(0, { from: null, until: T0, state })]);
      await saveDetection(db, [run(0, { from: T0, until: T0 + MINUTE, episode: { a: 1 } })]);
      const [checkpoint] = await loadCheckpoints(db, seriesIds, { withState: true });
      expect(checkpoint).toMatchObject({
        scoredUntilMs: T0 + MINUTE,
        stateUntilMs: T0,
        episode: { a: 1 },
      });
      expect([...(checkpoint?.state ?? [])]).toEqual([7]);
      const [light] = await loadCheckpoints(db, seriesIds, { withState: false });
      expect(light?.state).toBeNull();
    });

    it('writes nothing of a run that was written before or lost a race', async () => {
      const first = run(0, { from: null, until: T0, episodes: [episodeAt(T0)] });
      await saveDetection(db, [first]);
      const again = await saveDetection(db, [first, run(1, { from: T0 - MINUTE, until: T0 })]);
      expect(again).toEqual({ savedSeriesIds: new Set(), episodes: [], alerts: [] });
      const raced = await Promise.all(
        [1, 2].map((minute) =>
          saveDetection(db, [
            run(0, { from: T0, until: T0 + minute * MINUTE, episodes: [episodeAt(T0 + minute)] }),
          ]),
        ),
      );
      expect(raced.flatMap((one) => one.episodes)).toHaveLength(1);
      expect((await listAnomalies(db, {}, PAGE)).total).toBe(2);
    });

    it('is one row and one alert from the opening of an episode to its close', async () => {
      const low = episodeAt(T0, { severity: 'low', score: 0.75 });
      const opened = await saveDetection(db, [run(0, { from: null, until: T0, episodes: [low] })]);
      expect(opened.alerts).toEqual([]);
      const id = opened.episodes[0]?.id ?? 0;
      await confirmAnomaly(db, id, { confirmed: true, user: 'ann' });

      const grown = episodeAt(T0, { value: 99, lastAtMs: T0 + MINUTE });
      const second = await saveDetection(db, [
        run(0, { from: T0, until: T0 + MINUTE, episodes: [grown] }),
      ]);
      expect(second.episodes).toEqual([
        { id, seriesId: seriesIds[0], openedAtMs: T0, isNew: false, open: true },
      ]);
      expect(second.alerts.map((one) => one.change)).toEqual(['opened']);
      expect((await listOpenAnomalies(db, 10)).map((one) => one.id)).toEqual([id]);

      const worse = episodeAt(T0, { severity: 'critical', endedAtMs: T0 + 2 * MINUTE });
      const third = await saveDetection(db, [
        run(0, { from: T0 + MINUTE, until: T0 + 2 * MINUTE, episodes: [worse] }),
      ]);
      expect(third.episodes[0]).toMatchObject({ id, isNew: false, open: false });
      expect(third.alerts.map((one) => one.change)).toEqual(['raised', 'resolved']);
      expect(await listOpenAnomalies(db, 10)).toEqual([]);
      expect(await findAnomaly(db, id)).toMatchObject({
        status: 'closed',
        endedAtMs: T0 + 2 * MINUTE,
        isConfirmed: true,
        confirmedBy: 'ann',
      });
      const { total, rows } = await listAlerts(db, {}, PAGE);
      expect([total, rows[0]?.status, rows[0]?.severity]).toEqual([1, 'resolved', 'critical']);
    });

    it('makes no alert without a text, as for a series that is learning', async () => {
      const { alert: _, ...silent } = episodeAt(T0);
      const saved = await saveDetection(db, [
        run(0, { from: null, until: T0, episodes: [silent] }),
      ]);
      expect(saved.alerts).toEqual([]);
    });

    it('joins the bands of one hour when told how', async () => {
      const band = (byte: number) => [{ hourMs: T0, bytes: Uint8Array.of(byte) }];
      const mergeBands = (stored: Uint8Array, added: Uint8Array) =>
        Uint8Array.of(...stored, ...added);
      await saveDetection(db, [run(0, { from: null, until: T0, bands: band(1) })], { mergeBands });
      await saveDetection(db, [run(0, { from: T0, until: T0 + 1, bands: band(2) })], {
        mergeBands,
      });
      const range = { startMs: T0 - 1, endMs: T0 + 1 };
      const [chunk] = await readBands(db, seriesIds[0] ?? 0, range);
      expect([...(chunk?.bytes ?? [])]).toEqual([1, 2]);
      expect(await deleteBandsBefore(db, T0 + 1)).toBe(1);
      expect(await readBands(db, seriesIds[0] ?? 0, range)).toEqual([]);
    });

    it('passes over a series that is gone, and starts anew after deleteCheckpoints()', async () => {
      const gone = { ...run(0, { from: null, until: T0 }), seriesId: 999_999 };
      const saved = await saveDetection(db, [gone, run(1, { from: null, until: T0 })]);
      expect([...saved.savedSeriesIds]).toEqual([seriesIds[1]]);
      await deleteCheckpoints(db, seriesIds);
      expect(await loadCheckpoints(db, seriesIds, { withState: false })).toEqual([]);
    });

    it('keeps infinite and missing limits as they are', async () => {
      const odd = episodeAt(T0, { lower: Number.NEGATIVE_INFINITY, upper: Number.NaN });
      const saved = await saveDetection(db, [run(0, { from: null, until: T0, episodes: [odd] })]);
      const row = await findAnomaly(db, saved.episodes[0]?.id ?? 0);
      expect([row?.lower, row?.upper]).toEqual([Number.NEGATIVE_INFINITY, Number.NaN]);
    });
  });

  describe('anomalies', () => {
    const fill = async (severities: readonly Severity[]): Promise<void> => {
      const episodes = severities.map((severity, index) =>
        episodeAt(T0 + index * MINUTE, {
          severity,
          score: 0.7 + index / 100,
          endedAtMs: T0 + index * MINUTE,
        }),
      );
      await saveDetection(db, [run(0, { from: null, until: T0, episodes })]);
    };

    it('are listed newest first with an exact total, by page and by every filter', async () => {
      await fill(['low', 'medium', 'high', 'critical', 'high']);
      await saveDetection(db, [
        run(1, { from: null, until: T0, episodes: [episodeAt(T0 + 30 * MINUTE)] }),
      ]);
      const minutes = async (filter: Parameters<typeof listAnomalies>[1], page = PAGE) => {
        const { total, rows } = await listAnomalies(db, filter, page);
        return [total, ...rows.map((row) => (row.timestampMs - T0) / MINUTE)];
      };
      expect(await minutes({})).toEqual([6, 30, 4, 3, 2, 1, 0]);
      expect(await minutes({}, { skip: 2, limit: 2 })).toEqual([6, 3, 2]);
      expect(await minutes({}, { skip: 50, limit: 2 })).toEqual([6]);
      expect(await minutes({ metricName: 'cpu', severity: 'high' })).toEqual([3, 30, 4, 2]);
      expect(await minutes({ metricName: 'unknown' })).toEqual([0]);
      expect(await minutes({ status: 'open' })).toEqual([1, 30]);
      expect(await minutes({ startMs: T0 + MINUTE, endMs: T0 + 3 * MINUTE })).toEqual([3, 3, 2, 1]);
      expect(await minutes({ minScore: 0.73 })).toEqual([3, 30, 4, 3]);
      expect(await minutes({ seriesId: seriesIds[1], severity: 'high' })).toEqual([1, 30]);
    });

    it('carry everything that the API shows', async () => {
      await saveDetection(db, [run(0, { from: null, until: T0, episodes: [episodeAt(T0)] })]);
      const { rows } = await listAnomalies(db, {}, PAGE);
      const expected = {
        metricName: 'cpu',
        query: 'rate(cpu[5m])',
        seriesId: seriesIds[0],
        metricId,
        labels: { instance: 'a' },
        value: 95.5,
        expectedValue: 40,
        openedAtMs: T0,
        startedAtMs: T0 - MINUTE,
        endedAtMs: null,
        createdAtMs: expect.any(Number),
        context: { detectors: [{ detector: 'zscore', ratio: 2.6 }] },
      };
      expect(rows[0]).toMatchObject(expected);
      expect(rows[0]).not.toHaveProperty('total');
      expect(await findAnomaly(db, rows[0]?.id ?? 0)).toEqual(rows[0]);
      expect(await findAnomaly(db, 999_999)).toBeUndefined();
    });

    it('of other programs are kept, judged by people and counted', async () => {
      const reported = {
        metricId,
        value: 1,
        expectedValue: 0,
        anomalyScore: 0.9,
        deviationRatio: 1.9,
        algorithm: 'mine',
        labels: { host: 'x' },
      };
      const ids: number[] = [];
      for (const severity of ['low', 'high', 'high'] as const)
        ids.push(await insertAnomaly(db, { ...reported, severity, timestampMs: T0 }));
      expect(await confirmAnomaly(db, ids[0] ?? 0, { confirmed: false, user: 'bo' })).toEqual({
        id: ids[0],
        isConfirmed: false,
      });
      expect(await confirmAnomaly(db, 999_999, { confirmed: true, user: 'bo' })).toBeUndefined();
      expect(await anomalyStats(db, T0)).toEqual({
        total: 3,
        bySeverity: { low: 1, medium: 0, high: 2, critical: 0 },
        confirmed: 0,
        falsePositives: 1,
        pendingReview: 2,
      });
      expect((await anomalyStats(db, T0 + 1)).total).toBe(0);
    });

    it('are counted right after updates and deletions', async () => {
      await fill(['low', 'medium', 'high']);
      await saveDetection(db, [run(1, { from: null, until: T0, episodes: [episodeAt(T0)] })]);
      expect(await deleteAnomaliesBefore(db, T0 + 2 * MINUTE)).toBe(2);
      const counts = (await countAnomalies(db)).filter((row) => row.found > 0);
      expect(counts).toHaveLength(2);
      expect(counts).toContainEqual({ severity: 'high', status: 'open', found: 1 });
      expect(counts).toContainEqual({ severity: 'high', status: 'closed', found: 1 });
      expect((await listAlerts(db, {}, PAGE)).total).toBe(2);
    });
  });

  describe('alerts', () => {
    it('are listed by status and severity, acknowledged and resolved by hand', async () => {
      await saveDetection(db, [
        run(0, { from: null, until: T0, episodes: [episodeAt(T0)] }),
        run(1, { from: null, until: T0, episodes: [episodeAt(T0, { severity: 'critical' })] }),
      ]);
      const critical = await listAlerts(db, { severity: 'critical' }, PAGE);
      expect([critical.total, critical.rows.length]).toEqual([1, 1]);
      const id = critical.rows[0]?.id ?? 0;
      expect(critical.rows[0]).toMatchObject({
        status: 'pending',
        channels: [],
        alertType: 'anomaly',
        metricId,
      });
      expect(await acknowledgeAlert(db, id, 'ann')).toMatchObject({
        status: 'acknowledged',
        acknowledgedBy: 'ann',
      });
      expect((await listAlerts(db, { status: 'acknowledged' }, PAGE)).total).toBe(1);
      const resolved = await resolveAlert(db, id, 'bo');
      expect(resolved).toMatchObject({ status: 'resolved', context: { resolved_by: 'bo' } });
      expect(await resolveAlert(db, id, 'cy')).toEqual(resolved);
      expect(await findAlert(db, id)).toEqual(resolved);
      expect(await acknowledgeAlert(db, 999_999, 'ann')).toBeUndefined();
    });
  });
}
