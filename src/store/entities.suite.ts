import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAlerts } from './alerts-table.ts';
import { listAnomalies } from './anomalies-table.ts';
import type { Database } from './database.ts';
import { deleteEntities, listEntities, loadEntities } from './entities-table.ts';
import { type EntityDetection, saveEntities } from './save-entities.ts';
import { episodeAt, MINUTE, PAGE, T0, watchThreeSeries } from './watched.suite.ts';

const HOST = { instance: 'a' };

/** How entities are written: the same on every database. */
export function describeEntityStore(open: () => Promise<Database>): void {
  let db: Database;
  let seriesIds: readonly number[];
  let metricId: number;

  beforeEach(async () => {
    db = await open();
    ({ seriesIds, metricId } = await watchThreeSeries(db));
  });
  afterEach(() => db.close());

  const run = (over: Partial<EntityDetection> = {}): EntityDetection => ({
    labels: HOST,
    members: seriesIds.slice(0, 2),
    judgedFromMs: null,
    judgedUntilMs: T0,
    deviationRatio: 0.5,
    contributions: [{ seriesId: seriesIds[1] ?? 0, share: 0.75 }],
    state: Uint8Array.of(1, 2),
    episode: { open: false },
    findings: [],
    ...over,
  });

  describe('saveEntities()', () => {
    it('writes where an entity stands, its combination and its alert together', async () => {
      const episode = episodeAt(T0, { kind: 'combination' });
      const seriesId = seriesIds[0] ?? 0;
      const findings = [{ seriesId, metricId, labels: HOST, episodes: [episode] }];
      const saved = await saveEntities(db, [run({ findings }), run({ labels: { pod: 'b' } })]);
      expect(saved.savedKeys).toEqual(new Set(['{instance="a"}', '{pod="b"}']));
      expect(saved.episodes).toMatchObject([{ seriesId, kind: 'combination', isNew: true }]);
      const [stored, other] = await loadEntities(db);
      expect(stored).toEqual({
        labels: HOST,
        members: seriesIds.slice(0, 2),
        judgedUntilMs: T0,
        state: expect.any(Uint8Array),
        episode: { open: false },
      });
      expect([...(stored?.state ?? [])]).toEqual([1, 2]);
      expect(other?.labels).toEqual({ pod: 'b' });
      expect((await listAnomalies(db, {}, PAGE)).rows).toMatchObject([
        { seriesId, kind: 'combination', labels: HOST },
      ]);
      expect((await listAlerts(db, {}, PAGE)).total).toBe(1);
    });

    it('writes nothing of a run that was written before or lost a race', async () => {
      await saveEntities(db, [run()]);
      const findings = [
        { seriesId: seriesIds[0] ?? 0, metricId, labels: HOST, episodes: [episodeAt(T0)] },
      ];
      expect((await saveEntities(db, [run({ findings })])).savedKeys).toEqual(new Set());
      const until = T0 + MINUTE;
      const next = run({ judgedFromMs: T0, judgedUntilMs: until, state: Uint8Array.of(3) });
      expect((await saveEntities(db, [next])).savedKeys.size).toBe(1);
      expect((await saveEntities(db, [{ ...next, findings }])).savedKeys.size).toBe(0);
      expect(await loadEntities(db)).toMatchObject([{ judgedUntilMs: until }]);
      expect((await listAnomalies(db, {}, PAGE)).total).toBe(0);
    });

    it('passes over what stands under a series that is gone', async () => {
      const findings = [{ seriesId: 999_999, metricId, labels: HOST, episodes: [episodeAt(T0)] }];
      const saved = await saveEntities(db, [run({ findings })]);
      expect([saved.savedKeys.size, saved.episodes.length]).toEqual([1, 0]);
    });
  });

  it('lists entities by their labels, with members by their share', async () => {
    await saveEntities(db, [
      run({ labels: { pod: 'b' } }),
      run({ members: [...seriesIds, 9_999] }),
    ]);
    const { total, rows } = await listEntities(db, { skip: 0, limit: 1 });
    expect(total).toBe(2);
    expect(rows).toMatchObject([{ labels: HOST, judgedUntilMs: T0, deviationRatio: 0.5 }]);
    expect(rows[0]?.members).toEqual([
      { seriesId: seriesIds[1], metricName: 'cpu', labels: { instance: 'b' }, share: 0.75 },
      { seriesId: seriesIds[0], metricName: 'cpu', labels: { instance: 'a' }, share: 0 },
      { seriesId: seriesIds[2], metricName: 'cpu', labels: { instance: 'c' }, share: 0 },
    ]);
    await deleteEntities(db, ['{instance="a"}', '{pod="b"}']);
    expect(await listEntities(db, PAGE)).toEqual({ total: 0, rows: [] });
  });
}
