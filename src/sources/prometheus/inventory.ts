import { SourceError } from '../errors.ts';
import { type ApiCall, askApi, type RetryPolicy } from './http-api.ts';
import type { HttpClient } from './http-client.ts';
import type { MetricMetadata } from './propose.ts';

/** Metrics without a sample for longer are history, not inventory. */
const LOOK_BACK_MS = 86_400_000;

export interface InventoryOptions extends RetryPolicy {
  readonly signal?: AbortSignal | undefined;
}

/** The names of the metrics that the server holds samples of within the past day. */
export async function readMetricNames(
  client: HttpClient,
  options: InventoryOptions,
): Promise<Set<string>> {
  const nowMs = options.clock.now();
  const range = `start=${(nowMs - LOOK_BACK_MS) / 1000}&end=${nowMs / 1000}`;
  const call = {
    path: `label/__name__/values?${range}`,
    subject: 'metric names',
    signal: options.signal,
  };
  const names = await askJson(client, call, options);
  if (!Array.isArray(names)) throw notExpected(client, call.subject, 'a list');
  return new Set(names.filter((name) => typeof name === 'string'));
}

/** Types and help texts by metric; empty where the server keeps none (VictoriaMetrics) or says so. */
export async function readMetadata(
  client: HttpClient,
  options: InventoryOptions,
): Promise<Map<string, MetricMetadata>> {
  const call = { path: 'metadata', subject: 'metric metadata', signal: options.signal };
  const metadata = new Map<string, MetricMetadata>();
  let found: unknown;
  try {
    found = await askJson(client, call, options);
  } catch (error) {
    if (error instanceof SourceError && error.code === 'rejected') return metadata;
    throw error;
  }
  if (typeof found !== 'object' || found === null) return metadata;
  for (const [name, entries] of Object.entries(found)) {
    const [first] = Array.isArray(entries) ? (entries as Partial<MetricMetadata>[]) : [];
    if (first) metadata.set(name, { type: first.type ?? 'unknown', help: first.help ?? '' });
  }
  return metadata;
}

/** `Prometheus API 2.42.0`, as far as the server says what it is. */
export async function readVersion(client: HttpClient, options: InventoryOptions): Promise<string> {
  const call = { path: 'status/buildinfo', subject: 'build information', signal: options.signal };
  try {
    const build = (await askJson(client, call, options)) as Record<string, unknown> | null;
    const said = [build?.['application'] ?? 'Prometheus API', build?.['version']];
    return said.filter((part) => typeof part === 'string' && part !== '').join(' ');
  } catch (error) {
    if (error instanceof SourceError) return 'Prometheus API';
    throw error;
  }
}

/** The `data` of an answer that is short enough for JSON.parse. */
async function askJson(client: HttpClient, call: ApiCall, policy: RetryPolicy): Promise<unknown> {
  const body = await askApi(client, call, policy);
  try {
    return (JSON.parse(body.toString()) as { data?: unknown } | null)?.data;
  } catch (cause) {
    throw notExpected(client, call.subject, 'JSON', { cause });
  }
}

function notExpected(
  { shownUrl }: HttpClient,
  subject: string,
  expected: string,
  options?: ErrorOptions,
): SourceError {
  return new SourceError(
    'bad_answer',
    `Cannot read ${subject} of ${shownUrl}: expected ${expected} of a Prometheus-compatible API; check the address`,
    options,
  );
}
