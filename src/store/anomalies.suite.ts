import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Severity } from '../core/anomalies/severity.ts';
import { acknowledgeAlert, findAlert, listAlerts, resolveAlert } from './alerts-table.ts';
import {
  anomalyStats,
  countAnomalies,
  deleteAnomaliesBefore,
  findAnomaly,
  insertAnomaly,
  listAnomalies,
} from './anomalies-table.ts';
import type { Database } from './database.ts';
import { saveDetection } from './save-detection.ts';
import { earlierAnomalies } from './similar-anomalies.ts';
import { confirmAnomaly } from './verdicts-table.ts';
import { type DraftRun, episodeAt, MINUTE, PAGE, T0, watchThreeSeries } from './watched.suite.ts';

/** How what was found is read and judged: the same on every database. */
export function describeAnomalyStore(open: () => Promise<Database>): void {
  let db: Database;
  let metricId: number;
  let seriesIds: readonly number[];
  let run: DraftRun;

  beforeEach(async () => {
    db = await open();
    ({ metricId, seriesIds, run } = await watchThreeSeries(db));
  });
  afterEach(() => db.close());

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

  describe('anomalies', () => {
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

    it('are compared with earlier ones of their kind, of the series and of the metric, each at most so many', async () => {
      await fill(['low', 'medium', 'high', 'critical', 'high']);
      const others = [
        episodeAt(T0 + MINUTE),
        episodeAt(T0 + 2 * MINUTE, { kind: 'drift' }),
        episodeAt(T0 + 30 * MINUTE),
      ];
      await saveDetection(db, [run(1, { from: null, until: T0, episodes: others })]);
      const { rows } = await listAnomalies(
        db,
        { seriesId: seriesIds[0], severity: 'critical' },
        PAGE,
      );
      const [anomaly] = rows;
      if (!anomaly) throw new Error('There is no critical anomaly');
      const found = async (most: number) =>
        (await earlierAnomalies(db, anomaly, most)).map((row) => [
          seriesIds.indexOf(row.seriesId ?? 0),
          (row.openedAtMs - T0) / MINUTE,
        ]);
      expect(new Set(await found(9))).toEqual(
        new Set([
          [0, 2],
          [0, 1],
          [1, 1],
          [0, 0],
        ]),
      );
      expect(await found(1)).toEqual([[0, 2]]);
      expect(await earlierAnomalies(db, { ...anomaly, seriesId: null, metricId: null }, 9)).toEqual(
        [],
      );
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
