import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from './config-problem.ts';
import { loadConfig } from './load-config.ts';
import { printConfig } from './print-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(text: string, environment: Record<string, string> = {}, flags: Flags = []) {
  writeFileSync(join(folder, 'saimon.yml'), text);
  return loadConfig({ environment, flags, folder });
}
type Flags = readonly { origin: string; path: string[]; value: unknown }[];

function problems(text: string, environment: Record<string, string> = {}): string[] {
  try {
    load(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('a configuration with a mistake', () => {
  test.each([
    [
      'an unknown key',
      'schedulers:\n  fit_every: 1d\n  infer_evry: 5m',
      'saimon.yml:3:3 schedulers.infer_evry: unknown key, did you mean infer_every?',
    ],
    [
      'a key in the wrong section',
      'port: 8001',
      'saimon.yml:1:1 port: unknown key, did you mean server.port?',
    ],
    [
      'a key like no other',
      'server: {colour: red}',
      'saimon.yml:1:10 server.colour: unknown key, valid here: addr, port, grafana_url, cors_origins',
    ],
    [
      'a key of a query',
      'reader:\n  queries:\n    cpu:\n      expr: up\n      data_rnge: [0, 1]',
      'saimon.yml:5:7 reader.queries.cpu.data_rnge: unknown key, did you mean data_range?',
    ],
    [
      'a duration without a unit',
      'schedulers: {infer_every: "5"}',
      'saimon.yml:1:27 schedulers.infer_every: expected a duration such as 15s, 5m or 7d, at least 1s, got "5"',
    ],
    [
      'a number where a duration is meant',
      'schedulers: {infer_every: 5}',
      'saimon.yml:1:27 schedulers.infer_every: expected a duration such as 15s, 5m or 7d, at least 1s, got 5',
    ],
    [
      'a misspelt choice',
      'reader: {queries: {cpu: {expr: up, detection_direction: bth}}}',
      'saimon.yml:1:57 reader.queries.cpu.detection_direction: expected one of both, above_expected, below_expected, got "bth", did you mean both?',
    ],
    [
      'a query without PromQL',
      'reader:\n  queries:\n    cpu: {unit: ratio}',
      'saimon.yml:3:10 reader.queries.cpu.expr: is missing, expected PromQL',
    ],
    [
      'a name that no series can have',
      'reader: {queries: {"1 cpu": {expr: up}}}',
      'saimon.yml:1:20 reader.queries.1 cpu: expected a name of letters, digits and _ that begins with a letter',
    ],
    [
      'a port out of range',
      'server: {port: 70000}',
      'saimon.yml:1:16 server.port: expected a whole number from 0 to 65535, got 70000',
    ],
    [
      'a reversed range',
      'reader: {queries: {cpu: {expr: up, data_range: [1, 0]}}}',
      'saimon.yml:1:48 reader.queries.cpu.data_range: expected [lowest, highest], got [1, 0]',
    ],
    [
      'an impossible opening rule',
      'detection: {open_after: 6 of 5}',
      'saimon.yml:1:25 detection.open_after: expected auto or a rule such as "3 of 5", got "6 of 5"',
    ],
    [
      'severity levels out of order',
      'detection:\n  severity_levels: {low: 0.9}',
      'saimon.yml:2:20 detection.severity_levels: expected low < medium < high < critical',
    ],
    [
      'a zone that is not there',
      'reader: {tz: Europe/Berln}',
      'saimon.yml:1:14 reader.tz: expected a time zone such as Europe/Berlin or UTC, got "Europe/Berln"',
    ],
    [
      'a list where a section is meant',
      'server: [1]',
      'saimon.yml:1:9 server: expected keys with values, got [1]',
    ],
    [
      'a channel of an unknown type',
      'notify: {channels: {ops: {type: slak}}}',
      'saimon.yml:1:33 notify.channels.ops.type: expected one of webhook, slack, email, pagerduty, alertmanager, ntfy, template, got "slak"',
    ],
    [
      'a route to nowhere',
      'notify: {channels: {ops: {type: ntfy, topic: t}}, routes: [{channels: [opps]}]}',
      'saimon.yml:1:72 notify.routes[0].channels[0]: expected a name of notify.channels (ops), got "opps"',
    ],
    [
      'a channel without what it needs',
      'notify: {channels: {ops: {type: slack, bot_token: x}}}',
      'saimon.yml:1:21 notify.channels.ops: expected channel, which type slack needs',
    ],
    [
      'a matcher that could take for ever',
      'notify: {channels: {ops: {type: ntfy, topic: t}}, routes: [{channels: [ops], matchers: ["a=~(a+)+"]}]}',
      'saimon.yml:1:89 notify.routes[0].matchers[0]: expected a matcher such as severity=~"high|critical", got "a=~(a+)+"',
    ],
    [
      'a variable that is not set',
      'reader:\n  datasource_url: ${PROM}',
      'saimon.yml:2:19 reader.datasource_url: environment variable PROM is not set, set it or write ${PROM:-default}',
    ],
    [
      'a key twice',
      'server: {}\nserver: {}',
      'saimon.yml:2:1: cannot read YAML: Map keys must be unique',
    ],
    [
      'a tab as indentation',
      'server:\n\tport: 1',
      'saimon.yml:2:1: cannot read YAML: Tabs are not allowed as indentation',
    ],
    ['no section at all', 'hello', 'saimon.yml:1:1: expected sections such as reader: and server:'],
  ])('names file, line, column and key of %s', (_, text, message) => {
    expect(problems(text)).toContain(message);
  });

  test('names all mistakes at once, in the order of the file', () => {
    const text = 'server: {port: x}\nreader: {tz: nowhere}\nlogg: {}';
    expect(problems(text).map((line) => line.split(' ')[0])).toEqual([
      'saimon.yml:1:16',
      'saimon.yml:2:14',
      'saimon.yml:3:1',
    ]);
  });

  test('names the environment variable that is wrong', () => {
    expect(problems('', { API_PORT: 'many' })).toEqual([
      'API_PORT server.port: expected a whole number from 0 to 65535, got "many"',
    ]);
  });

  test('names the environment variable that makes a section wrong', () => {
    expect(problems('', { ANOMALY_THRESHOLD: '0.9' })).toEqual([
      'ANOMALY_THRESHOLD detection.severity_levels: expected low < medium < high < critical',
    ]);
  });

  test('does not show the value of a secret', () => {
    expect(problems('storage: {database_url: "mysql://u:hunter2@h/d"}').join()).not.toContain(
      'hunter2',
    );
  });

  test('names a file of the command line that is not there', () => {
    expect(() => loadConfig({ environment: {}, file: 'gone.yml', folder })).toThrow(
      `${join(folder, 'gone.yml')}: cannot read the configuration, no such file`,
    );
  });

  test('names a secret file that cannot be read', () => {
    expect(problems('reader: {password_file: gone}')).toEqual([
      `saimon.yml:1:25 reader.password_file: cannot read ${join(folder, 'gone')} (ENOENT), expected a file that holds password`,
    ]);
  });
});

describe('a good configuration', () => {
  test('may be empty or absent', () => {
    const { config, file } = loadConfig({ environment: {}, folder });
    expect(file).toBeUndefined();
    expect(config.server).toMatchObject({ addr: '127.0.0.1', port: 8000, cors_origins: [] });
    expect(config.storage.data_dir).toBe(join(folder, 'saimon-data'));
    expect(load('# nothing\nreader:\n').config).toEqual(config);
  });

  test('prefers flag over environment over file over default', () => {
    const text = 'server: {port: 1001}';
    const flag = { origin: '--port', path: ['server', 'port'], value: '1003' };
    expect(load('').config.server.port).toBe(8000);
    expect(load(text).config.server.port).toBe(1001);
    expect(load(text, { API_PORT: '1002' }).config.server.port).toBe(1002);
    expect(load(text, { API_PORT: '1002' }, [flag]).config.server.port).toBe(1003);
  });

  test('takes variables, defaults and escapes in any value but a comment', () => {
    const text = [
      '# ${NOWHERE}',
      'reader: {datasource_url: "http://${HOST_NAME}:${PORT:-9090}"}',
      'server: {port: "${PORT:-8123}", addr: "${EMPTY:-0.0.0.0}"}',
      'writer: {metric_format: {for: "$${QUERY_KEY}"}}',
    ].join('\n');
    const { config } = load(text, { HOST_NAME: 'prom', EMPTY: '' });
    expect(config.reader.datasource_url).toBe('http://prom:9090');
    expect(config.server).toMatchObject({ port: 8123, addr: '0.0.0.0' });
    expect(config.writer.metric_format['for']).toBe('${QUERY_KEY}');
  });

  test('reads a secret from a file beside the configuration', () => {
    writeFileSync(join(folder, 'token'), 'abc\n');
    expect(load('reader: {bearer_token_file: token}').config.reader.bearer_token).toBe('abc');
  });

  test('lets a database of the environment displace the secret file of the file', () => {
    const url = 'postgresql://u@h/d';
    const { config } = load('storage: {database_url_file: gone}', { DATABASE_URL: url });
    expect(config.storage.database_url).toBe(url);
  });

  test('understands the environment of the original', () => {
    const { config, warnings } = load('', {
      LOG_LEVEL: 'WARNING',
      PROMETHEUS_TIMEOUT: '10',
      DATABASE_URL: 'postgresql+asyncpg://u:p@h/d',
      CORS_ORIGINS: 'http://a, http://b',
      TRAINING_SCHEDULE: '30 3 * * *',
      MIN_CONSECUTIVE_ANOMALIES: '3',
      SMTP_HOST: 'mail',
      SMTP_PORT: '25',
      ALERT_EMAILS: 'a@b,c@d',
      JWT_SECRET: 'x',
      USE_GPU: 'true',
    });
    expect(config.log.level).toBe('warn');
    expect(config.reader.timeout).toBe('10s');
    expect(config.storage.database_url).toBe('postgresql://u:p@h/d');
    expect(config.server.cors_origins).toEqual(['http://a', 'http://b']);
    expect(config.schedulers.start_from).toBe('03:30');
    expect(config.detection.open_after).toBe('3 of 3');
    expect(config.notify.channels['email']).toMatchObject({ smtp_port: 25, to: ['a@b', 'c@d'] });
    expect(warnings[0]).toContain('Not used by this program: JWT_SECRET, USE_GPU');
  });

  test('is printed without its secrets', () => {
    const printed = printConfig(
      load('reader: {password: p4ss, headers: {X-Key: k3y}}', {
        DATABASE_URL: 'postgresql://user:hunter2@host/db',
        SLACK_WEBHOOK_URL: 'https://hooks.example/T0/s3cret',
      }),
    );
    expect(printed).toContain('postgresql://user:********@host/db');
    for (const secret of ['p4ss', 'k3y', 'hunter2', 's3cret'])
      expect(printed).not.toContain(secret);
  });
});
