import { readFileSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import type { Logger } from '../base/logger.ts';
import { createHostSource, type HostSource } from '../sources/host/host-source.ts';
import type { ScrapeTarget } from '../sources/host/scrape-target.ts';
import type { PrometheusConnection, TlsOptions } from '../sources/prometheus/connection.ts';
import { createPrometheusSource } from '../sources/prometheus/prometheus-source.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import type { Config } from './config/config-schema.ts';
import { createRawSampleStorage } from './raw-sample-storage.ts';

export interface SourceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The source that the configuration names: a Prometheus, or this host where it names none. */
export function createConfiguredSource(config: Config, parts: SourceParts): Source {
  const { reader } = config;
  const source =
    reader.datasource_url === '' ? createHost(config, parts) : createPrometheus(config);
  if (reader.presets === 'off') source.presets = async () => [];
  return source;
}

export function createPrometheus({ reader }: Config): Source {
  const { tenant } = reader;
  return createPrometheusSource({
    ...accessOf(reader),
    url: reader.datasource_url,
    timeoutMs: parseDuration(reader.timeout),
    headers: { ...reader.headers, ...(tenant === undefined ? {} : { 'X-Scope-OrgID': tenant }) },
    maxSeries: reader.max_series,
    samplingPeriodMs: parseDuration(reader.sampling_period),
  });
}

/** How to get in, as reader and writer spell it. */
export function accessOf(
  keys: Pick<Config['reader'], 'bearer_token' | 'username' | 'password' | 'headers' | 'tls'>,
): Omit<PrometheusConnection, 'url'> {
  const { username, password } = keys;
  return {
    bearerToken: keys.bearer_token,
    basicAuth: username === undefined ? undefined : { username, password: password ?? '' },
    headers: keys.headers,
    tls: tlsOf(keys.tls),
  };
}

function createHost({ reader, storage }: Config, parts: SourceParts): HostSource {
  return createHostSource({
    storage: createRawSampleStorage(parts.database),
    clock: parts.clock,
    logger: parts.logger,
    intervalMs: parseDuration(reader.sampling_period),
    retentionMs: parseDuration(storage.retention.samples),
    targets: reader.scrape_targets.map(scrapeTarget),
    maxSeries: reader.max_series,
  });
}

/** Whether it collects by itself and must be told to begin. */
export function isStartable(source: Source): source is HostSource {
  return 'start' in source;
}

/** Two configurations with the same key need no new source. */
export function readerKey({ reader }: Config): string {
  return JSON.stringify({ ...reader, queries: {} });
}

function scrapeTarget({
  url,
  job,
  labels,
}: Config['reader']['scrape_targets'][number]): ScrapeTarget {
  return { url, job: job ?? new URL(url).hostname, labels };
}

function tlsOf(tls: Config['reader']['tls']): TlsOptions | undefined {
  const options: TlsOptions = {
    ...textOf('ca', tls.ca_file),
    ...textOf('cert', tls.cert_file),
    ...textOf('key', tls.key_file),
    ...(tls.server_name === undefined ? {} : { serverName: tls.server_name }),
    ...(tls.insecure_skip_verify ? { insecureSkipVerify: true } : {}),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

function textOf(name: 'ca' | 'cert' | 'key', file: string | undefined): TlsOptions {
  return file === undefined ? {} : { [name]: readFileSync(file, 'utf8') };
}
