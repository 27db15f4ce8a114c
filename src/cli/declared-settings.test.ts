import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../app/config/config-schema.ts';
import { declaredSettings, parseLabels, withDeclared } from './declared-settings.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saimon-declared-'));
  await writeFile(join(folder, 'office.csv'), '1970-01-02, Closed\n1970-01-11\n');
  await writeFile(join(folder, 'holidays.csv'), '1970-01-11\n1970-01-06, Epiphany\n');
  await writeFile(join(folder, 'events.csv'), 'timestamp,kind,service\n60,deploy,api\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('what is declared of recorded series', () => {
  it('is the configuration and the files together', async () => {
    const config = configSchema.parse({
      context: {
        maintenance: [{ title: 'Nightly', weekly: 'daily 03:00-03:30', match: { host: 'a' } }],
        calendars: [join(folder, 'office.csv')],
      },
    });
    const declared = await declaredSettings(config, {
      events: join(folder, 'events.csv'),
      calendar: join(folder, 'holidays.csv'),
      labels: 'service=api, host = a',
      tz: 'UTC',
    });
    expect(declared).toMatchObject({
      labels: { service: 'api', host: 'a' },
      events: [{ startMs: 60_000, kind: 'deploy', title: '', labels: { service: 'api' } }],
      windows: [{ title: 'Nightly', matchers: { host: 'a' }, when: { fromMs: 10_800_000 } }],
      restDays: [1, 5, 10],
    });
    const { policy, labels } = withDeclared({ policy: { zone: 'UTC' } }, declared);
    expect(policy).toEqual({ zone: 'UTC', restDays: [1, 5, 10] });
    expect(labels).toBe(declared.labels);
  });

  it('is nothing where nothing is told', async () => {
    const nothing = { labels: {}, events: [], windows: [], restDays: [] };
    expect(await declaredSettings(configSchema.parse({}), { tz: 'UTC' })).toEqual(nothing);
  });

  it.each(['service', '=api', 'a=b,', '1a=b'])('refuses the labels %j', (text) => {
    expect(() => parseLabels(text)).toThrow(`Cannot use --labels ${text}: expected pairs`);
  });
});
