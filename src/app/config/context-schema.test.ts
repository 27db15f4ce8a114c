import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineSettings } from '../engine-settings.ts';
import { ConfigError } from './config-problem.ts';
import { loadConfig } from './load-config.ts';
import { printConfig } from './print-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-context-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(text: string) {
  writeFileSync(join(folder, 'saimon.yml'), text);
  return loadConfig({ environment: {}, folder });
}

function complaint(text: string): string {
  try {
    load(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('the section context', () => {
  test('reaches the engine: planned work, calendars and expressions of events', () => {
    writeFileSync(join(folder, 'days.csv'), '2026-12-25,Christmas\n');
    const { config, warnings } = load(`
context:
  maintenance:
    - {title: Upgrade, start: 2026-12-01T22:00:00Z, end: 2026-12-02T02:00:00Z, match: {host: db-1}}
    - {weekly: sun 02:00-04:00}
  events: {deploy_lookback: 10m, queries: [{expr: deploys, title: rollout}]}
  calendars: [days.csv]
`);
    expect(warnings).toEqual([]);
    const declared = { reason: 'It stands in the configuration', createdBy: 'config' };
    expect(engineSettings(config).context).toEqual({
      maintenance: [
        {
          title: 'Upgrade',
          matchers: { host: 'db-1' },
          startsAtMs: Date.UTC(2026, 11, 1, 22),
          endsAtMs: Date.UTC(2026, 11, 2, 2),
          weekly: null,
          ...declared,
        },
        {
          title: '',
          matchers: {},
          startsAtMs: null,
          endsAtMs: null,
          weekly: 'sun 02:00-04:00',
          ...declared,
        },
      ],
      calendars: [{ name: 'days.csv', content: '2026-12-25,Christmas\n', ...declared }],
      eventQueries: [{ expr: 'deploys', kind: 'deploy', title: 'rollout' }],
      lookbackMs: 600_000,
      excludeMs: 1_800_000,
    });
  });

  test.each([
    ['{start: 2026-12-01T22:00:00Z}', 'expected start and end, or weekly'],
    [
      '{weekly: daily 03:00-03:30, start: 2026-12-01, end: 2026-12-02}',
      'expected start and end, or weekly',
    ],
    ['{start: 2026-12-02, end: 2026-12-01}', 'expected end after start'],
    ['{start: soon, end: 2026-12-01}', 'expected a time such as 2026-12-01T22:00:00Z, got "soon"'],
    ['{weekly: sometimes}', 'expected days and times such as "sun 02:00-04:00"'],
  ])('refuses planned work %s', (entry, expected) => {
    expect(complaint(`context: {maintenance: [${entry}]}`)).toContain(expected);
  });

  test('names the calendar that cannot be read, and its line', () => {
    expect(complaint('context: {calendars: [none.ics]}')).toMatch(
      /saimon.yml:1:23 context.calendars.*cannot read .*none.ics \(ENOENT\)/,
    );
    writeFileSync(join(folder, 'days.csv'), '2026-12-25\n2026-12-32\n');
    expect(complaint('context: {calendars: [days.csv]}')).toContain(
      'Cannot read line 2 of the calendar: "2026-12-32"',
    );
  });

  test('keeps the secret of the GitHub webhook to itself', () => {
    expect(printConfig(load('context: {hooks: {github_secret: s3cret}}'))).not.toContain('s3cret');
  });
});
