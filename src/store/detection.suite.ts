import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAlerts } from './alerts-table.ts';
import { findAnomaly, listAnomalies, listOpenAnomalies } from './anomalies-table.ts';
import { deleteBandsBefore, readBands } from './bands-table.ts';
import { deleteCheckpoints, loadCheckpoints } from './checkpoints-table.ts';
import type { Database } from './database.ts';
import { saveDetection } from './save-detection.ts';
import { confirmAnomaly } from './verdicts-table.ts';
import { type DraftRun, episodeAt, MINUTE, PAGE, T0, watchThreeSeries } from './watched.suite.ts';

/** How a run is written: the same on every database. */
export function describeDetectionStore(open: () => Promise<Database>): void {
  let db: Database;
  let seriesIds: readonly number[];
  let run: DraftRun;

  beforeEach(async () => {
    db = await open();
    ({ seriesIds, run } = await watchThreeSeries(db));
  });
  afterEach(() => db.close());

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
        {
          id: expect.any(Number),
          seriesId: seriesIds[0],
          kind: 'deviation',
          openedAtMs: T0,
          isNew: true,
          open: true,
          quieted: false,
        },
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
        {
          id,
          seriesId: seriesIds[0],
          kind: 'deviation',
          openedAtMs: T0,
          isNew: false,
          open: true,
          quieted: false,
        },
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
      await saveDetection(db, [run(0, { from: null, until: T0, bands: band(1) })], {
        mergeBands: joined,
      });
      await saveDetection(db, [run(0, { from: T0, until: T0 + 1, bands: band(2) })], {
        mergeBands: joined,
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
}

const joined = (stored: Uint8Array, added: Uint8Array): Uint8Array =>
  Uint8Array.of(...stored, ...added);

const band = (byte: number) => [{ hourMs: T0, bytes: Uint8Array.of(byte) }];
