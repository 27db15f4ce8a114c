import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { gaussian, seededRng } from '../src/core/random.ts';
import { saimon } from './saimon-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string) => join(folder, name);

describe('saimon', () => {
  test('--help names every command and how to begin', async () => {
    const { code, stdout } = await saimon(['--help']);
    expect(code).toBe(0);
    for (const command of [
      'serve',
      'backtest',
      'scorecard',
      'detect',
      'status',
      'explain',
      'models',
      'doctor',
      'config',
      'demo',
    ]) {
      expect(stdout).toContain(`\n  ${command} `);
    }
    expect(stdout).toContain('Begin with:');
  });

  test('every command explains itself with an example', async () => {
    const { stdout } = await saimon(['backtest', '--help']);
    expect(stdout).toContain('Example:\n  saimon backtest cpu.csv --learn-rows 2000');
  });

  test('--version is that of the package', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect((await saimon(['--version'])).stdout).toBe(`${version}\n`);
  });

  test('wrong use ends with 2, a failure with 1, each in one line', async () => {
    const [unknown, missing, role, absent] = await Promise.all([
      saimon(['serv']),
      saimon(['backtest', 'a.csv', '--out', 'b.csv']),
      saimon(['serve', '--role', 'api'], { folder }),
      saimon(['backtest', 'a.csv', '--learn-rows', '5', '--out', 'b.csv'], { folder }),
    ]);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('Did you mean serve?');
    expect(missing.code).toBe(2);
    expect(role).toMatchObject({ code: 2, stdout: '' });
    expect(role.stderr).toContain('set DATABASE_URL to a PostgreSQL');
    expect(absent).toMatchObject({
      code: 1,
      stderr: 'saimon: Cannot read a.csv: no such file or folder, expected a readable CSV file\n',
    });
  });

  test('status and doctor say that no SAIMon runs', async () => {
    const url = 'http://127.0.0.1:9';
    const [status, doctor] = await Promise.all([
      saimon(['status', '--url', url]),
      saimon(['doctor', '--url', url], { folder }),
    ]);
    expect(status).toMatchObject({ code: 1, stdout: '' });
    expect(status.stderr).toContain(
      'No SAIMon answers at http://127.0.0.1:9: start one with "saimon serve"',
    );
    expect(doctor.stdout).toMatch(/^ok {4}node/m);
    expect(doctor.stdout).toMatch(/^warn {2}server/m);
    expect(doctor.code).toBe(0);
  });
});

describe('saimon config', () => {
  test('check names every mistake with its place and ends with 2', async () => {
    writeFileSync(path('bad.yml'), 'schedulers: {infer_evry: 5m}\nserver: {port: many}\n');
    const { code, stderr } = await saimon(['config', 'check', path('bad.yml')]);
    expect(code).toBe(2);
    expect(stderr.split('\n')).toEqual([
      'saimon: bad.yml:1:14 schedulers.infer_evry: unknown key, did you mean infer_every?',
      'saimon: bad.yml:2:16 server.port: expected a whole number from 0 to 65535, got "many"',
      '',
    ]);
  });

  test('print shows what is in force without its secrets', async () => {
    const environment = { DATABASE_URL: 'postgresql://u:hunter2@h/d', API_PORT: '8123' };
    const { code, stdout } = await saimon(['config', 'print'], { folder, environment });
    expect(code).toBe(0);
    expect(stdout).toContain('port: 8123');
    expect(stdout).not.toContain('hunter2');
  });

  test('import makes a saimon.yml that check accepts', async () => {
    writeFileSync(
      path('ml_config.yml'),
      'models: {statistical: {zscore: {threshold: 2.5, window_size: 9}}}\n',
    );
    const imported = await saimon(['config', 'import', path('ml_config.yml')]);
    expect(imported.stderr).toContain('models.statistical.zscore.window_size: not imported');
    writeFileSync(path('imported.yml'), imported.stdout);
    expect(await saimon(['config', 'check', path('imported.yml')])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });
});

const ROWS = 1600;
const LEARN_ROWS = 1200;

/** A calm sine of a day with a jump at its end, and everything that goes wrong in files. */
function untidyCsv(): { readonly text: string; readonly stamps: string[] } {
  const rows: string[] = [];
  let noise = 1;
  for (let i = 0; i < ROWS; i++) {
    noise = (noise * 48_271) % 2_147_483_647;
    const jump = i >= 1500 && i < 1530 ? 80 : 0;
    const value = 50 + 10 * Math.sin((2 * Math.PI * i) / 288) + noise / 2_147_483_647 + jump;
    rows.push(`${1_700_000_000 + 300 * i},${i % 97 === 0 ? '' : value.toFixed(3)},0`);
  }
  // A duplicate stamp and a step back, among the judged rows.
  rows[1300] = rows[1299] ?? '';
  rows.splice(1400, 2, rows[1401] ?? '', rows[1400] ?? '');
  const stamps = rows.slice(LEARN_ROWS).map((row) => row.split(',')[0] ?? '');
  return { text: `timestamp,value,label\n${rows.join('\n')}\n`, stamps };
}

describe('saimon backtest', () => {
  test('writes one row per judged row in order, also for empty, repeated and disordered ones', async () => {
    const { text, stamps } = untidyCsv();
    writeFileSync(path('series.csv'), text);
    const { code, stderr } = await saimon(
      [
        'backtest',
        path('series.csv'),
        '--learn-rows',
        String(LEARN_ROWS),
        '--out',
        path('scores.csv'),
      ],
      { folder },
    );
    expect(stderr).toContain('400 rows judged in');
    expect(stderr).toMatch(/^value went \w+ to .*, expected .* at that time, for /m);
    expect(code).toBe(0);
    const [head, ...rows] = readFileSync(path('scores.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('timestamp,value,expected,lower,upper,score,flag');
    expect(rows.map((row) => row.split(',')[0])).toEqual(stamps);
    const cells = rows.map((row) => row.split(','));
    expect(cells.filter(([, value]) => value === '').every((row) => row[5] === '0')).toBe(true);
    expect(
      cells.every(([, , , , , score, flag]) => Number(score) >= 0 && /^[01]$/.test(flag ?? '')),
    ).toBe(true);
    const flagged = cells.flatMap(([, , , , , , flag], i) => (flag === '1' ? [i] : []));
    expect(flagged[0]).toBeGreaterThanOrEqual(300);
    expect(flagged[0]).toBeLessThan(306);
  });

  test('judges several files together into a folder and tells what was declared', async () => {
    const { text } = untidyCsv();
    writeFileSync(path('a.csv'), text);
    const two = text.replace('value,label', 'one,two').replaceAll(/,0$/gm, ',7');
    writeFileSync(path('b.csv'), two);
    writeFileSync(
      path('events.csv'),
      `timestamp,kind,title\n${1_700_000_000 + 300 * 1500},deploy,v2\n`,
    );
    const files = [path('a.csv'), path('b.csv')];
    const learned = ['--learn-rows', String(LEARN_ROWS), '--alert-budget', '9/7d'];
    const options = [...learned, '--events', path('events.csv'), '--json', '--out', path('out')];
    const { code, stdout } = await saimon(['backtest', ...files, ...options]);
    expect(code).toBe(0);
    const summary = z
      .object({ files: z.array(z.object({ rows: z.int(), declared: z.int() })) })
      .parse(JSON.parse(stdout));
    expect(summary.files.map(({ rows }) => rows)).toEqual([400, 400]);
    expect(summary.files[0]?.declared).toBe(1);
    const scores = readFileSync(join(path('out'), 'b.csv'), 'utf8').split('\n');
    expect(scores[0]).toBe('timestamp,value,expected,lower,upper,score,flag,top_metric');
    expect(scores[330]).toMatch(/,one$/);
  });
});

describe('what is declared', () => {
  const STEP = 300;
  const start = Date.UTC(2026, 10, 2) / 1000;
  const deploys = Array.from({ length: 12 }, (_, i) => start + 172_800 * i + 3600 * ((7 * i) % 23));
  const judged = z.object({ anomalies: z.int(), explained: z.int() });

  /** CPU that every deploy drives up for half an hour. */
  function cpuCsv(): string {
    const rng = seededRng(1);
    const rows = Array.from({ length: (24 * 86_400) / STEP }, (_, i) => {
      const time = start + STEP * i;
      const busy = deploys.some((at) => time >= at && time < at + 1800);
      return `${time},${(30 + 1.5 * gaussian(rng) + (busy ? 25 : 0)).toFixed(3)}`;
    });
    return ['timestamp,cpu', ...rows, ''].join('\n');
  }

  async function backtested(...options: string[]) {
    const out = ['--learn-rows', '4032', '--out', path('cpu-scores.csv'), '--json'];
    const { code, stdout } = await saimon(['backtest', path('cpu.csv'), ...out, ...options]);
    expect(code).toBe(0);
    return z.object({ files: z.tuple([judged]) }).parse(JSON.parse(stdout)).files[0];
  }

  beforeAll(() => {
    writeFileSync(path('cpu.csv'), cpuCsv());
    const rows = deploys.map((at, i) => `${at},deploy,v${i},api`);
    writeFileSync(path('deploys.csv'), ['timestamp,kind,title,service', ...rows, ''].join('\n'));
  });

  test('a backtest is quiet after declared deploys, and flags the same without them', async () => {
    const events = ['--events', path('deploys.csv')];
    const [told, untold] = await Promise.all([backtested(...events), backtested()]);
    expect(told.anomalies).toBe(0);
    expect(told.explained).toBeGreaterThan(10);
    expect(untold).toEqual({ anomalies: 5, explained: 0 });
  });

  test('detect takes those of the labels, and says what an anomaly followed', async () => {
    const late = deploys.slice(0, 3).map((at) => `${at},deploy,v1,`);
    const later = deploys.slice(3).map((at, i) => `${at},restart ${i},,${i === 8 ? 'db' : 'api'}`);
    writeFileSync(
      path('kinds.csv'),
      ['timestamp,kind,title,service', ...late, ...later, ''].join('\n'),
    );
    const args = ['detect', path('cpu.csv'), '--learn-rows', '4032', '--json'];
    const { stdout } = await saimon([
      ...args,
      '--events',
      path('kinds.csv'),
      '--labels',
      'service=api',
    ]);
    const { anomalies } = z
      .object({ anomalies: z.array(z.object({ explanation: z.string() })) })
      .parse(JSON.parse(stdout));
    expect(anomalies).toHaveLength(5);
    expect(anomalies[0]?.explanation).toMatch(
      /It opened (right|5 min) after restart 4 of \d\d:00\./,
    );
    // The last one was about another service.
    expect(anomalies[4]?.explanation).not.toContain('It opened');
  });

  test('a file or a label that cannot be read is wrong use, with the reason', async () => {
    writeFileSync(path('days.csv'), 'Christmas\n');
    const args = ['detect', path('cpu.csv')];
    const [calendar, labels] = await Promise.all([
      saimon([...args, '--calendar', path('days.csv')]),
      saimon([...args, '--labels', 'api']),
    ]);
    expect(calendar.code).toBe(2);
    expect(calendar.stderr).toMatch(/Cannot use --calendar .*days\.csv: .*line 1 of the calendar/);
    expect(labels.code).toBe(2);
    expect(labels.stderr).toContain('Cannot use --labels api: expected pairs such as');
  });
});

/** One of five-minute rows with a labelled jump of an hour. */
function labelledRow(i: number): string {
  const label = i >= 1500 && i < 1512 ? 1 : 0;
  return `${1_700_000_000 + 300 * i},${50 + (i % 7) + 90 * label},${label}`;
}

function manifest(listed: readonly object[]): string {
  return JSON.stringify({ files: listed });
}

describe('saimon scorecard', () => {
  const rows = Array.from({ length: 2016 }, (_, i) => labelledRow(i));
  const wide = rows.map((text) => text.replace(/,(\d+),(\d)$/, `,5,$1,$2`));
  const start = 1_700_000_000 + 300 * 1500;
  const common = { trainRows: 1200, stepSeconds: 300, vusWindow: 12 };
  const files = [
    {
      ...common,
      name: 'jump',
      file: 'jump.csv',
      group: 'one',
      nabWindows: [[start, start + 3300]],
    },
    {
      ...common,
      name: 'wide',
      file: 'wide.csv',
      group: 'many',
      culprits: [{ start, end: start + 3300, metrics: ['b'] }],
    },
  ];
  beforeAll(() => {
    writeFileSync(path('jump.csv'), `timestamp,value,label\n${rows.join('\n')}\n`);
    writeFileSync(path('wide.csv'), `timestamp,a,b,label\n${wide.join('\n')}\n`);
  });

  test('prints the figures of every group, and of each file into a file', async () => {
    writeFileSync(path('manifest.json'), manifest(files));
    const figures = path('figures.json');
    const { code, stdout } = await saimon(['scorecard', folder, '--out', figures], { folder });
    expect(code).toBe(0);
    const [head, many, one] = stdout.split('\n').map((line) => line.split(/ {2,}/));
    const column = (name: string) => head?.indexOf(name) ?? -1;
    expect([many, one].map((cells) => cells?.[column('RECALL')])).toEqual(['1.000', '1.000']);
    expect(one?.[column('DELAY')]).toBe('0 s');
    expect(many?.[column('TOP CAUSE')]).toBe('1.000');
    expect(stdout).toMatch(/standard profile: \d+\.\d\n2 files, 6048 values: /);
    const { files: each } = z
      .object({ files: z.array(z.object({ name: z.string(), detected: z.int() })) })
      .parse(JSON.parse(readFileSync(figures, 'utf8')));
    expect(each.map(({ detected }) => detected)).toEqual([1, 1]);
  });

  test('says what is wrong with a folder, all at once', async () => {
    const answers: string[] = [];
    const bad = [
      ['none', undefined],
      ['text', 'no json'],
      ['shape', manifest([{ ...files[0], trainRows: 'many' }])],
      [
        'lost',
        manifest([
          { ...files[0], file: 'lost.csv' },
          { ...files[1], trainRows: 9999 },
        ]),
      ],
    ] as const;
    for (const [name, text] of bad) {
      mkdirSync(path(name));
      if (text !== undefined) writeFileSync(join(path(name), 'manifest.json'), text);
      writeFileSync(join(path(name), 'wide.csv'), `timestamp,a,b,label\n1,2,3,0\n`);
    }
    for (const [name] of bad) {
      const { code, stderr } = await saimon(['scorecard', name], { folder });
      expect(code).toBe(1);
      answers.push(stderr);
    }
    expect(answers).toEqual([
      'saimon: Cannot read none/manifest.json: no such file or folder, expected a manifest of labelled series\n',
      'saimon: Cannot read text/manifest.json: it is not JSON, expected {"files": […]}\n',
      'saimon: Cannot read shape/manifest.json: at files.0.trainRows: Invalid input: expected number, received string\n',
      'saimon: Cannot read lost/lost.csv: no such file or folder, expected a readable CSV file\n' +
        'saimon: Cannot score lost/wide.csv: it has 1 rows of which 9999 are learned, expected rows beyond these\n',
    ]);
  });
});

test('saimon detect lists the anomalies of standard input', async () => {
  const { text } = untidyCsv();
  const { code, stdout } = await saimon(['detect', '-', '--learn-rows', '1200', '--json'], {
    folder,
    input: text,
  });
  expect(code).toBe(0);
  const { rows, learned, anomalies } = z
    .object({
      rows: z.int(),
      learned: z.int(),
      anomalies: z.array(z.object({ opened_at: z.string(), explanation: z.string() })),
    })
    .parse(JSON.parse(stdout));
  expect({ rows, learned }).toEqual({ rows: ROWS, learned: LEARN_ROWS });
  const jumpMs = (1_700_000_000 + 300 * 1500) * 1000;
  expect(anomalies).toHaveLength(1);
  expect(Date.parse(anomalies[0]?.opened_at ?? '') - jumpMs).toBeLessThan(30 * 60_000);
  expect(anomalies[0]?.explanation).toMatch(
    /^value went \w+ to .*, expected .* at that time, for /,
  );
});
