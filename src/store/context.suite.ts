import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAnomalies } from './anomalies-table.ts';
import { listCalendars, putCalendar, setConfiguredCalendars } from './calendars-table.ts';
import type { Database } from './database.ts';
import {
  type EventDraft,
  listEvents,
  relabelAnomalies,
  removeEvent,
  saveEvents,
} from './events-table.ts';
import {
  addMaintenance,
  listMaintenance,
  listMaintenanceSince,
  type MaintenanceDraft,
  removeMaintenance,
  setConfiguredMaintenance,
} from './maintenance-windows-table.ts';
import { saveDetection } from './save-detection.ts';
import { ensureInstances, episodeAt, MINUTE, PAGE, T0 } from './watched.suite.ts';

function deploy(key: string, over: Partial<EventDraft> = {}): EventDraft {
  return {
    kind: 'deploy',
    title: `api ${key}`,
    labels: {},
    startedAtMs: T0,
    endedAtMs: null,
    source: 'api',
    sourceKey: key,
    reason: '',
    createdBy: 'ann',
    ...over,
  };
}

const work: MaintenanceDraft = {
  title: 'Upgrade',
  matchers: { host: 'db-1' },
  startsAtMs: T0,
  endsAtMs: T0 + 60 * MINUTE,
  weekly: null,
  reason: 'security patch',
  createdBy: 'config',
};
const weekly = {
  ...work,
  title: 'Backups',
  startsAtMs: null,
  endsAtMs: null,
  weekly: 'sun 02:00-04:00',
};

async function titlesSince(db: Database, sinceMs: number): Promise<string[]> {
  return (await listMaintenanceSince(db, sinceMs)).map(({ title }) => title);
}

/** What people declare, on any database. */
export function describeContextStore(open: () => Promise<Database>): void {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  describe('events', () => {
    it('are one row however often they are told; their end may come later', async () => {
      const [first] = await saveEvents(db, [deploy('1')]);
      const [second] = await saveEvents(db, [deploy('1')]);
      expect(second?.endedAtMs).toBeNull();
      const [again] = await saveEvents(db, [deploy('1', { endedAtMs: T0 + MINUTE })]);
      expect([first?.isNew, again?.isNew, again?.id]).toEqual([true, false, first?.id]);
      await saveEvents(db, [deploy('1')]);
      const { rows } = await listEvents(db, { kind: 'deploy' }, PAGE);
      expect(rows).toMatchObject([{ startedAtMs: T0, endedAtMs: T0 + MINUTE, createdBy: 'ann' }]);
    });

    it('stay away once somebody has taken them back', async () => {
      const [row] = await saveEvents(db, [deploy('2', { kind: 'flag' })]);
      expect(await removeEvent(db, row?.id ?? 0, 'bob')).toBe(true);
      expect(await removeEvent(db, row?.id ?? 0, 'bob')).toBe(false);
      await saveEvents(db, [deploy('2', { kind: 'flag' })]);
      expect((await listEvents(db, { kind: 'flag' }, PAGE)).total).toBe(0);
    });

    it('are put beside the anomalies that opened after them, once, unless a label differs', async () => {
      const ids = await ensureInstances(db, 'late', ['a', 'b']);
      const detections = ids.map((seriesId, i) => ({
        seriesId,
        metricId: 1,
        labels: { instance: 'ab'.charAt(i) },
        scoredFromMs: null,
        scoredUntilMs: T0 + 5 * MINUTE,
        episode: {},
        episodes: [episodeAt(T0 + 5 * MINUTE)],
        bands: [],
      }));
      await saveDetection(db, detections);
      const [event] = await saveEvents(db, [
        deploy('late', { labels: { instance: 'a', version: '1.2' } }),
        deploy('early', { startedAtMs: T0 - 60 * MINUTE }),
      ]);
      const told = await saveEvents(db, [deploy('late'), deploy('early')]);
      const eventIds = told.map(({ id }) => id);
      expect(await relabelAnomalies(db, eventIds, { lookbackMs: 15 * MINUTE })).toHaveLength(1);
      expect(await relabelAnomalies(db, eventIds, { lookbackMs: 15 * MINUTE })).toEqual([]);
      const { rows } = await listAnomalies(db, {}, PAGE);
      const contexts = rows.map(({ labels, context }) => [labels['instance'], context['events']]);
      expect(Object.fromEntries(contexts)).toEqual({
        a: [
          {
            id: told[0]?.id,
            kind: 'deploy',
            title: 'api late',
            started_at: '2026-11-22T10:00:00.000Z',
            ended_at: '2026-11-22T10:00:00.000Z',
            labels: { instance: 'a', version: '1.2' },
          },
        ],
        b: undefined,
      });
      expect(event?.isNew).toBe(true);
    });
  });

  describe('maintenance windows', () => {
    it('of the configuration are exactly those it names; those of people stay', async () => {
      await addMaintenance(db, 'api', { ...work, title: 'By hand', createdBy: 'ann' });
      await setConfiguredMaintenance(db, [work, weekly]);
      const before = await listMaintenance(db, PAGE);
      await setConfiguredMaintenance(db, [weekly]);
      const after = await listMaintenance(db, PAGE);
      expect(before.rows.map(({ title }) => title)).toEqual(['Backups', 'Upgrade', 'By hand']);
      expect(after.rows.map(({ title }) => title)).toEqual(['Backups', 'By hand']);
      expect(after.rows[0]?.id).toBe(before.rows[0]?.id);
    });

    it('that are over are not asked for any more, those that recur always are', async () => {
      expect(await titlesSince(db, T0 + 59 * MINUTE)).toEqual(['By hand', 'Backups']);
      expect(await titlesSince(db, T0 + 60 * MINUTE)).toEqual(['Backups']);
    });

    it('can be taken back', async () => {
      const { id } = await addMaintenance(db, 'api', work);
      expect(await removeMaintenance(db, id, 'ann')).toBe(true);
      expect(await removeMaintenance(db, id, 'ann')).toBe(false);
    });
  });

  describe('calendars', () => {
    it('take the place of the one of their name, and the configuration names its own', async () => {
      const calendar = { name: 'de', content: '12-25', reason: '', createdBy: 'ann' };
      await putCalendar(db, 'api', calendar);
      await putCalendar(db, 'api', { ...calendar, content: '12-26' });
      await setConfiguredCalendars(db, [{ ...calendar, name: 'fr', createdBy: 'config' }]);
      const { total, rows } = await listCalendars(db, PAGE);
      expect(total).toBe(2);
      expect(rows.map(({ name, content, origin }) => [name, content, origin])).toEqual([
        ['fr', '12-25', 'config'],
        ['de', '12-26', 'api'],
      ]);
      await setConfiguredCalendars(db, []);
      expect((await listCalendars(db, PAGE)).rows.map(({ name }) => name)).toEqual(['de']);
    });
  });
}
