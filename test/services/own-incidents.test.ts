import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { IncidentReport } from '../../src/contract/incident-report.ts';
import { gaussian, seededRng } from '../../src/core/random.ts';
import { saimon } from '../saimon-process.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const STEP = 5 * MINUTE;
const START = Date.UTC(2026, 9, 5);
/** A week is learned, three are judged. */
const LEARNED = 7 * 288;
const ROWS = 28 * 288;

/** Six series take turns: one that has trouble every day is used to it. */
const SERIES = 6;
/** Real troubles of an hour by day, at a time of day in hours of its own, and how far they lead away. */
const TROUBLES = [
  [7, 3, 40],
  [8, 15, -50],
  [9, 8, 60],
  [10, 21, 45],
  [11, 12, -40],
  [12, 5, 70],
  [13, 18, 35],
  [14, 1, -60],
  [15, 10, 55],
  [16, 23, 65],
  [17, 14, -45],
  [18, 7, 50],
  [19, 16, 75],
  [20, 2, -55],
  [21, 19, 60],
  // Nobody declared these.
  [22, 9, 50],
  [23, 13, -40],
  [24, 4, 60],
] as const;
/** How long after it began a trouble was declared, in minutes: negative when people were warned. */
const DECLARED_AFTER = [30, 20, 15, 10, 10, 5, 0, 0, -5, -10, -15, -20, 25, 5, 40];
/** Declared, but the series shows nothing. */
const INVISIBLE = [
  [10, 4],
  [13, 2],
  [17, 22],
  [25, 6],
  [26, 12],
] as const;

vi.setConfig({ testTimeout: 180_000 });
let folder: string;
const path = (name: string) => join(folder, name);
const at = (day: number, hour: number, minutes = 0): number =>
  START + day * DAY + (hour * 60 + minutes) * MINUTE;
const text = (timeMs: number): string => new Date(timeMs).toISOString();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-incidents-'));
  for (let series = 0; series < SERIES; series++) {
    const rng = seededRng(series + 1);
    const troubles = TROUBLES.filter((_, i) => i % SERIES === series);
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const timeMs = START + i * STEP;
      const trouble = troubles.find(([day, hour]) => {
        return timeMs >= at(day, hour) && timeMs < at(day, hour + 1);
      });
      return `${text(timeMs)},${(100 + gaussian(rng) + (trouble?.[2] ?? 0)).toFixed(3)}`;
    });
    writeFileSync(path(`load-${series}.csv`), `timestamp,load\n${rows.join('\n')}\n`);
  }
  const declared = DECLARED_AFTER.map((minutes, i) => {
    const [day, hour] = TROUBLES[i] ?? [0, 0];
    return `${text(at(day, hour, minutes))},${text(at(day, hour + 1))},trouble ${day},api`;
  });
  const invisible = INVISIBLE.map(([day, hour]) => {
    return `${text(at(day, hour))},${text(at(day, hour + 1))},invisible ${day},api`;
  });
  const csv = `start,end,name,service\n${[...declared, ...invisible].join('\n')}\n`;
  writeFileSync(path('incidents.csv'), csv);
  writeFileSync(
    path('up.yml'),
    'reader: {queries: {load: {expr: load, detection_direction: above_expected}}}',
  );
  writeFileSync(path('now.yml'), 'reader: {queries: {load: {expr: load}}}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const Answer = z.object({ configuration: IncidentReport, changed: IncidentReport.optional() });
const files = () => Array.from({ length: SERIES }, (_, series) => path(`load-${series}.csv`));
const backtest = (...words: string[]) =>
  saimon(['backtest', ...files(), '--incidents', path('incidents.csv'), ...words], {
    folder,
  });
const backtestFirst = (...words: string[]) =>
  saimon(['backtest', path('load-0.csv'), '--incidents', path('incidents.csv'), ...words], {
    folder,
  });

const belowOf = (scope: object) => ({
  status: 'accepted',
  anomaly_kind: 'deviation',
  condition: { kind: 'direction', direction: 'below' },
  metric_name: null,
  scope,
});

describe('saimon backtest --incidents', () => {
  test('says of 20 invented incidents what a hand count says, for the configuration in force and a changed one', async () => {
    const words = ['--config', path('now.yml'), '--compare', path('up.yml'), '--query', 'load'];
    const output = ['--learn-rows', String(LEARNED), '--report', path('report.html'), '--json'];
    const { code, stdout, stderr } = await backtest(...words, ...output);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { configuration, changed } = Answer.parse(JSON.parse(stdout));
    // Every trouble pages with its first sample: 15 declared ones are found, 5 invisible ones missed, 3 pages are of nothing.
    expect(configuration).toMatchObject({
      start: text(at(7, 0)),
      found: 15,
      missed: 5,
      outside: 0,
      recall: 15 / 20,
      precision: 15 / 18,
      pages: 18,
      true_pages: 15,
      missed_incidents: INVISIBLE.map(([day]) => `invisible ${day}`),
    });
    expect(configuration.pages_per_week).toBeCloseTo(18 / 3, 2);
    const found = configuration.incidents.filter((one) => one.found);
    expect(found.map(({ lead_seconds: lead }) => (lead ?? 0) / 60)).toEqual(DECLARED_AFTER);
    // -20 -15 -10 -5 0 0 5 | 5 | 10 10 15 20 25 30 40
    expect(configuration.median_lead_seconds).toBe(5 * 60);
    expect(configuration.false_pages.map(({ opened_at: opened }) => opened)).toEqual([
      text(at(22, 9)),
      text(at(23, 13)),
      text(at(24, 4)),
    ]);
    // Upwards only: of those declared 5 led down, of the others one.
    const down = TROUBLES.slice(0, 15).filter(([, , by]) => by < 0).length;
    expect(down).toBe(5);
    expect(changed).toMatchObject({
      found: 10,
      recall: 10 / 20,
      precision: 10 / 12,
      pages: 12,
    });
    const page = readFileSync(path('report.html'), 'utf8');
    expect(page).toContain('<td>Incidents found</td><td>15 of 20</td><td>10 of 20</td>');
    expect(page).toContain('up.yml');
    expect(page).not.toMatch(/<script|https?:\/\/|src=|@import/);
  });

  test('keeps quiet what accepted rules meet, and says so', async () => {
    const rules = [
      belowOf({ kind: 'query', metric_name: 'load' }),
      belowOf({ kind: 'series', series_id: 7 }),
      { ...belowOf({ kind: 'query', metric_name: 'load' }), status: 'proposed' },
    ];
    writeFileSync(path('rules.json'), JSON.stringify({ total: 3, rules }));
    const words = ['--learn-rows', String(LEARNED), '--rules', path('rules.json')];
    const { stdout, stderr } = await backtest(...words, '--report', path('ruled.html'), '--json');
    const told = '1 accepted rule acts; 1 left aside that are about a single series';
    expect(stderr).toContain(told);
    // As with detection_direction above.
    expect(Answer.parse(JSON.parse(stdout)).configuration).toMatchObject({ found: 10, pages: 12 });
    expect(readFileSync(path('ruled.html'), 'utf8')).toContain(told);
  });

  test('tells it as tables, and leaves out what concerns other series', async () => {
    // The first series has the troubles of days 7, 13 and 19, all of them declared.
    const { stdout } = await backtestFirst(
      '--learn-rows',
      String(LEARNED),
      '--labels',
      'service=api',
    );
    expect(stdout).toMatch(/^ +RESULT\nIncidents found +3 of 20\nRecall +15 %\nPrecision +100 %\n/);
    expect(stdout).toMatch(/\ntrouble 7 +2026-10-12 03:30 +30 minutes before\n/);
    expect(stdout).toMatch(/\ntrouble 8 +2026-10-13 15:20 +missed\n/);
    const other = await backtestFirst('--learn-rows', String(LEARNED), '--labels', 'service=db');
    expect(other.stdout).toMatch(/Incidents found +0 of 0\nRecall +–\n/);
  });

  test.each([
    [['--query', 'cpu'], 'the configuration has no such query'],
    [['--lead', 'soon'], 'expected a duration such as 1h'],
    [
      ['--rules', 'incidents.csv'],
      'expected what "saimon rules list --status accepted --json" prints',
    ],
    [['--incidents', 'load-0.csv'], 'expected start,end,name'],
    [['--incidents', 'nothing.csv'], 'no such file'],
    [['--compare', 'nothing.yml'], 'nothing.yml'],
  ])('refuses %j', async (words, reason) => {
    const { code, stderr } = await backtestFirst(...words);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(reason);
  });

  test('asks for what it needs without incidents', async () => {
    const { code, stderr } = await saimon(['backtest', 'load.csv', '--out', 'x'], { folder });
    expect(code).toBe(2);
    expect(stderr).toContain('expected --learn-rows and --out for scores, or --incidents');
  });
});
