import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from './config-schema.ts';
import { importConfig } from './import-config.ts';

const FULL = `
settings: {n_workers: 4, restore_state: true}
schedulers:
  weekly: {class: periodic, infer_every: 15m, fit_every: 1d, fit_window: 28d}
  often:
    class: periodic
    infer_every: 30s
    fit_every: 10m
    fit_window: 14d
    start_from: "03:30"
    tz: Europe/Kyiv
  past: {class: backtesting, from_iso: "2024-01-01T00:00:00Z"}
models:
  peaks:
    class: zscore
    z_threshold: 3.5
    queries: [errors]
    detection_direction: above_expected
    min_dev_from_expected: [0.01, 0.01]
    provide_series: [anomaly_score]
  season:
    class: prophet
    queries: [cpu, two words]
    detection_direction: below_expected
    args: {interval_width: 0.98}
  forest:
    class: isolation_forest_multivariate
    queries: [cpu]
    args: {n_estimators: 50}
reader:
  class: vm
  datasource_url: http://vmselect:8481/
  tenant_id: "0:1"
  sampling_period: 30s
  latency_offset: 1ms
  tz: America/New_York
  user: reader
  password: hunter2
  bearer_token: %{VM_TOKEN}
  verify_tls: false
  tls_cert_file: /c.crt
  queries:
    cpu: {expr: 'avg(rate(node_cpu_seconds_total[5m])) by (mode)', data_range: [0, .inf], tz: Asia/Tokyo}
    errors: {expr: 'rate(errs[3m])', step: 15m, data_range: [0, 'inf']}
    two words: 'avg(vm_blocks)'
writer:
  class: vm
  datasource_url: http://vminsert:8480
  tenant_id: "0:1"
  metric_format: {__name__: "vmanomaly_$VAR", for: "$QUERY_KEY", run: prod}
monitoring: {pull: {port: 8490}, push: {url: "http://vm:8428"}}
server: {port: 8491}
`;

describe('a vmanomaly configuration', () => {
  const { text, warnings } = importConfig('vmanomaly.yml', FULL);
  const named = (key: string) => warnings.find((line) => line.includes(` ${key}: `));

  it('becomes a valid saimon.yml', () => {
    const { reader, schedulers, models, writer, server } = configSchema.parse(parse(text));
    expect(reader).toMatchObject({
      datasource_url: 'http://vmselect:8481/select/0:1/prometheus',
      sampling_period: '30s',
      tz: 'America/New_York',
      username: 'reader',
      bearer_token: '${VM_TOKEN}',
      tls: { insecure_skip_verify: true, cert_file: '/c.crt' },
    });
    expect(schedulers).toMatchObject({
      infer_every: '30s',
      fit_every: '1d',
      fit_window: '14d',
      start_from: '03:30',
    });
    expect(models).toEqual({
      zscore: { threshold: 3.5 },
      isolation_forest: { trees: 50, sample_size: 256 },
    });
    expect(writer.metric_format).toEqual({
      __name__: 'vmanomaly_$VAR',
      for: '$QUERY_KEY',
      run: 'prod',
    });
    expect(writer.remote_write.url).toBe('http://vminsert:8480/insert/0:1/prometheus/api/v1/write');
    expect(server.port).toBe(8491);
  });

  it('moves what models say of their queries to these', () => {
    const { queries } = configSchema.parse(parse(text)).reader;
    expect(queries['errors']).toMatchObject({
      expr: 'rate(errs[3m])',
      step: '15m',
      data_range: [0, Number.MAX_SAFE_INTEGER],
      detection_direction: 'above_expected',
      min_dev_from_expected: 0.01,
    });
    expect(queries['two_words']).toMatchObject({
      expr: 'avg(vm_blocks)',
      detection_direction: 'below_expected',
    });
    // One of its two models looks both ways.
    expect(queries['cpu']?.detection_direction).toBe('both');
    expect(named('models.season.detection_direction')).toContain(
      '"below_expected" and "both" for cpu, of which "both" is taken',
    );
  });

  it.each([
    ['settings.n_workers', 'as many threads as there are processors'],
    ['schedulers.weekly', 'one schedule: that of often'],
    ['schedulers.past', 'saimon backtest'],
    ['schedulers.often.fit_every', 'the default is kept'],
    ['schedulers.often.tz', 'set reader.tz'],
    ['models.peaks.provide_series', 'always provided'],
    ['models.season.class', 'judge every series'],
    ['models.season.args.interval_width', 'no counterpart'],
    ['reader.latency_offset', 'no counterpart'],
    ['reader.password', 'write password: ${READER_PASSWORD}'],
    ['reader.queries.cpu.tz', 'set reader.tz'],
    ['reader.queries.two words', 'is called two_words now'],
    ['monitoring.push.url', 'no counterpart'],
    ['monitoring.pull.port', '/metrics of the API'],
  ])('has a warning with the place of %s', (key, message) => {
    expect(named(key)).toMatch(/^vmanomaly\.yml:\d+:\d+ /);
    expect(named(key)).toContain(message);
  });

  it('has no other warning, and no secret in any line', () => {
    expect(warnings).toHaveLength(15);
    expect(text + warnings.join('\n')).not.toContain('hunter2');
  });

  it('may be of the old shape, with one model and one scheduler', () => {
    const old = importConfig(
      'old.yml',
      `
scheduler: {infer_every: 1m, fit_every: 2m, fit_window: 3h}
model: {class: zscore, z_threshold: 2.5}
reader: {datasource_url: "http://localhost:8428", queries: {vmb: avg(vm_blocks)}}
writer: {datasource_url: "http://localhost:8428"}
`,
    );
    expect(parse(old.text)).toEqual({
      reader: {
        datasource_url: 'http://localhost:8428',
        queries: { vmb: { expr: 'avg(vm_blocks)' } },
      },
      schedulers: { infer_every: '1m' },
      models: { zscore: { threshold: 2.5 } },
      writer: { remote_write: { url: 'http://localhost:8428/api/v1/write' } },
    });
  });

  it('leaves out what saimon.yml would refuse, and says so', () => {
    const odd = importConfig(
      'odd.yml',
      'reader: {class: vm, sampling_period: 100 fortnights, queries: {a: {expr: up, data_range: [2, 1]}}}\n',
    );
    expect(parse(odd.text)).toEqual({ reader: { queries: { a: { expr: 'up' } } } });
    expect(odd.warnings).toEqual([
      'odd.yml reader.sampling_period: not imported, expected a duration such as 15s, 5m or 7d, at least 1s, got "100 fortnights"',
      'odd.yml reader.queries.a.data_range: not imported, expected [lowest, highest], got [2, 1]',
    ]);
  });
});

describe('what is neither', () => {
  it.each([
    ['reader: {sampling_period: 15s}\nwriter: {}\n', 'it is a saimon.yml already'],
    ['a: 1\n', "expected the original's ml_config.yml"],
    ['', "expected the original's ml_config.yml"],
  ])('%j is refused', (text, message) => {
    expect(() => importConfig('x.yml', text)).toThrow(`x.yml: cannot import it, ${message}`);
  });
  it('is refused with its place where it is no YAML', () => {
    expect(() => importConfig('x.yml', 'a: [1\n')).toThrow(/x\.yml:\d+:\d+: cannot read YAML/);
  });
});
