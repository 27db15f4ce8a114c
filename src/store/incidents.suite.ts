import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN_MS, BINS_A_DAY, type Profile, profileOf } from '../core/correlation/profile.ts';
import { gaussian, seededRng } from '../core/random.ts';
import { listAlerts } from './alerts-table.ts';
import { deleteAnomaliesBefore } from './anomalies-table.ts';
import type { Database } from './database.ts';
import {
  acknowledgeIncident,
  addNote,
  mergeIncidents,
  resolveIncident,
} from './handle-incidents.ts';
import { listEntries } from './incident-entries-table.ts';
import {
  countOpenIncidents,
  deleteIncidentsBefore,
  findIncident,
  listIncidentMembers,
  listIncidents,
} from './incidents-table.ts';
import { migrate } from './migrate.ts';
import { keepProfiles, loadProfiles } from './profiles-table.ts';
import { saveDetection } from './save-detection.ts';
import { type IncidentRules, regroupIncidents, withIncidents } from './save-incidents.ts';
import { type DraftRun, episodeAt, MINUTE, PAGE, T0, watchThreeSeries } from './watched.suite.ts';

const HOUR = 60 * MINUTE;
const ANN = { user: 'ann', nowMs: T0 + 5 * MINUTE };

function rulesAt(nowMs: number, more: Partial<IncidentRules> = {}): IncidentRules {
  return { gapMs: 15 * MINUTE, sharedLabels: [], minMembers: 1, nowMs, ...more };
}

/** A week of noise, the same for the same seed. */
function noisyWeek(seed: number): Profile {
  const rng = seededRng(seed);
  const times = Float64Array.from({ length: 7 * BINS_A_DAY }, (_, bin) => T0 + bin * BIN_MS);
  const profile = profileOf({ times, values: times.map(() => gaussian(rng)) });
  if (!profile) throw new RangeError('No profile');
  return profile;
}

/** How incidents are kept: the same on every database. */
export function describeIncidentStore(open: () => Promise<Database>): void {
  let db: Database;
  let run: DraftRun;
  let seriesIds: readonly number[];

  beforeEach(async () => {
    db = await open();
    ({ run, seriesIds } = await watchThreeSeries(db));
    const labels = [{ host: 'web-1' }, { host: 'web-1' }, { host: 'db-1' }];
    await saveDetection(
      db,
      labels.map((one, i) => ({
        ...run(i, { from: null, until: T0, episodes: [episodeAt(T0 + i * MINUTE)] }),
        labels: one,
      })),
    );
  });
  afterEach(() => db.close());

  const group = (rules = rulesAt(T0)) => withIncidents(db, (tx) => regroupIncidents(tx, rules));
  const membersOf = async (id: number) =>
    (await listIncidentMembers(db, id)).map(({ labels }) => labels['host']);

  /** Gives the series, in their order, pasts that move together where the seeds are equal. */
  const learn = (...seeds: readonly number[]) =>
    keepProfiles(
      db,
      seeds.map((seed, i) => ({ seriesId: seriesIds[i] ?? 0, profile: noisyWeek(seed) })),
    );

  describe('regroupIncidents()', () => {
    it('makes the same incidents however often and by however many it is run at once', async () => {
      await Promise.all([group(), group(), group()]);
      const { total, rows } = await listIncidents(db, {}, PAGE);
      expect(total).toBe(2);
      expect(rows.map(({ members, status, severity }) => [members, status, severity])).toEqual([
        [1, 'open', 'high'],
        [2, 'open', 'high'],
      ]);
      expect(await membersOf(1)).toEqual(['web-1', 'web-1']);
      expect(await countOpenIncidents(db)).toEqual([{ severity: 'high', found: 2 }]);
    });

    it('does not list what has fewer members than an incident needs, until it has them', async () => {
      const rules = rulesAt(T0, { minMembers: 2 });
      await group(rules);
      expect((await listIncidents(db, {}, PAGE)).rows.map(({ id }) => id)).toEqual([1]);
      expect(await findIncident(db, 2)).toMatchObject({ members: 1, formedAtMs: null });
      const more = run(2, { from: T0, until: T0 + HOUR, episodes: [episodeAt(T0 + 9 * MINUTE)] });
      await saveDetection(db, [{ ...more, labels: { host: 'db-1' } }]);
      await group(rules);
      expect((await listIncidents(db, {}, PAGE)).rows.map(({ id }) => id)).toEqual([2, 1]);
    });

    it('works off a long history bit by bit, oldest first', async () => {
      await db.query(
        `insert into anomalies (timestamp, value, expected_value, deviation_ratio, anomaly_score,
           severity, algorithm, labels, status, opened_at, started_at, last_at, ended_at)
         select t, 1, 0, 2, 0.9, 'high', 'other', jsonb_build_object('host', n::text), 'closed', t, t, t, t
         from generate_series(1, 5100) n, lateral (select $1::timestamptz - n * interval '1 minute' as t) at`,
        [new Date(T0).toISOString()],
      );
      expect([await group(), await group(), await group()]).toEqual([5000, 103, 0]);
      expect((await listIncidents(db, {}, PAGE)).total).toBe(5102);
    });

    it('ties two incidents when a later anomaly does, and says which one went into the other', async () => {
      await group();
      await addNote(db, 2, { ...ANN, text: 'only the database' });
      const bridge = run(0, { from: T0, until: T0 + HOUR, episodes: [episodeAt(T0 + 8 * MINUTE)] });
      await saveDetection(db, [{ ...bridge, labels: { host: 'db-1' } }]);
      await group();
      expect(await findIncident(db, 1)).toMatchObject({ members: 4, status: 'open' });
      expect(await findIncident(db, 2)).toMatchObject({ mergedInto: 1, status: 'resolved' });
      expect((await listEntries(db, 1)).map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
        'merged: Incident 2 became a part of it',
        'note: only the database',
      ]);
    });
  });

  describe('what the past taught', () => {
    const rules = rulesAt(T0, { correlation: true });

    it('ties series of different hosts that moved together, and keeps why', async () => {
      await learn(1, 2, 1);
      await group(rules);
      expect((await listIncidents(db, {}, PAGE)).total).toBe(1);
      const [first, second, third] = await listIncidentMembers(db, 1);
      expect(first?.ties).toEqual([]);
      expect(second?.ties).toEqual([
        { kind: 'entity', labels: { host: 'web-1' }, anomalyId: first?.id },
      ]);
      const moved = { correlation: 1, lagMs: 0 };
      expect(third?.ties).toEqual([{ kind: 'correlation', ...moved, anomalyId: first?.id }]);
      await group(rulesAt(T0 + MINUTE, { correlation: true }));
      expect((await listIncidentMembers(db, 1))[2]?.ties).toHaveLength(1);
    });

    it('ties nothing that moved on its own, nothing without a past, and nothing unasked', async () => {
      await group(rules);
      expect((await listIncidents(db, {}, PAGE)).total).toBe(2);
      await db.query('update anomalies set incident_id = null');
      await learn(1, 2, 3);
      await group(rules);
      await db.query('update anomalies set incident_id = null');
      await learn(1, 2, 1);
      await group();
      expect((await listIncidents(db, {}, PAGE)).rows.map(({ members }) => members)).not.toContain(
        3,
      );
    });

    it('is one profile a series, the latest, gone with its series', async () => {
      await learn(1, 2);
      await learn(3);
      const [a = 0, b = 0, c = 0] = seriesIds;
      const profiles = await loadProfiles(db, [a, b, c]);
      expect(profiles).toEqual(
        new Map([
          [a, noisyWeek(3)],
          [b, noisyWeek(2)],
        ]),
      );
      await db.query('delete from series where id = $1', [a]);
      expect([...(await loadProfiles(db, [a, b])).keys()]).toEqual([b]);
    });

    it('comes to a database of before it, whose incidents go on', async () => {
      await group();
      await db.exec(
        `drop table profiles; alter table anomalies drop column tied_by;
         delete from migrations where name = '0014-profiles'`,
      );
      expect(await migrate(db)).toEqual(['0014-profiles']);
      await group(rules);
      expect((await listIncidents(db, {}, PAGE)).total).toBe(2);
      expect((await listIncidentMembers(db, 1)).map(({ ties }) => ties)).toEqual([[], []]);
    });
  });

  it('is acknowledged and resolved with its alerts, and stays so', async () => {
    await group();
    await acknowledgeIncident(db, 1, ANN);
    await group(rulesAt(T0 + MINUTE));
    expect(await findIncident(db, 1)).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: 'ann',
      acknowledgedAtMs: ANN.nowMs,
    });
    expect((await listAlerts(db, { status: 'acknowledged' }, PAGE)).total).toBe(2);
    await resolveIncident(db, 1, ANN);
    await group(rulesAt(T0 + HOUR));
    expect(await findIncident(db, 1)).toMatchObject({ status: 'resolved', resolvedBy: 'ann' });
    const { rows } = await listAlerts(db, { status: 'resolved' }, PAGE);
    expect(rows.map(({ incidentId }) => incidentId)).toEqual([1, 1]);
    expect((await listEntries(db, 1)).map(({ kind }) => kind)).toEqual([
      'acknowledged',
      'resolved',
    ]);
  });

  it('goes on when what a person ended takes over one that nobody did', async () => {
    await group();
    await resolveIncident(db, 1, ANN);
    await mergeIncidents(db, { id: 1, others: [2] }, { user: 'ann', rules: rulesAt(T0) });
    expect(await findIncident(db, 1)).toMatchObject({ members: 3, status: 'open' });
    expect(await membersOf(2)).toEqual([]);
    expect((await listIncidents(db, { status: 'open' }, PAGE)).total).toBe(1);
  });

  it('ends and then goes with its anomalies', async () => {
    await group();
    await db.query('delete from anomalies where incident_id = 2');
    await group(rulesAt(T0 + MINUTE));
    expect(await findIncident(db, 2)).toMatchObject({ status: 'resolved' });
    const closed = { lastAtMs: T0, endedAtMs: T0 + 2 * MINUTE };
    for (const i of [0, 1]) {
      const episodes = [episodeAt(T0 + i * MINUTE, closed)];
      const ended = run(i, { from: T0, until: T0 + HOUR, episodes });
      await saveDetection(db, [{ ...ended, labels: { host: 'web-1' } }]);
    }
    await group(rulesAt(T0 + HOUR));
    expect(await findIncident(db, 1)).toMatchObject({
      status: 'resolved',
      resolvedBy: null,
      resolvedAtMs: T0 + 2 * MINUTE,
    });
    expect(await deleteIncidentsBefore(db, T0 + HOUR)).toBe(1);
    await deleteAnomaliesBefore(db, T0 + HOUR);
    expect(await deleteIncidentsBefore(db, T0 + HOUR)).toBe(1);
  });
}
