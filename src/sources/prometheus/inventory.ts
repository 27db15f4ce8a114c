import { z } from 'zod';
import { SourceError } from '../errors.ts';
import { type ApiCall, askApi, type RetryPolicy } from './http-api.ts';
import type { HttpClient } from './http-client.ts';
import type { MetricMetadata } from './propose.ts';

/** Metrics without a sample for longer are history, not inventory. */
const LOOK_BACK_MS = 86_400_000;

const NAMES = z.array(z.string());
const METADATA = z
  .record(
    z.string(),
    z.array(z.object({ type: z.string().default('unknown'), help: z.string().default('') })),
  )
  .nullish();
const BUILD = z.object({ application: z.string().default(''), version: z.string().default('') });

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
  return new Set(await askJson(client, call, { ...options, shape: NAMES }));
}

/** Types and help texts by metric; empty where the server keeps none (VictoriaMetrics) or says so. */
export async function readMetadata(
  client: HttpClient,
  options: InventoryOptions,
): Promise<Map<string, MetricMetadata>> {
  const call = { path: 'metadata', subject: 'metric metadata', signal: options.signal };
  try {
    const found = await askJson(client, call, { ...options, shape: METADATA });
    const firsts = Object.entries(found ?? {}).flatMap(([name, [first]]) =>
      first ? [[name, first] as const] : [],
    );
    return new Map(firsts);
  } catch (error) {
    if (error instanceof SourceError && error.code === 'rejected') return new Map();
    throw error;
  }
}

/** `Prometheus API 2.42.0`, as far as the server says what it is. */
export async function readVersion(client: HttpClient, options: InventoryOptions): Promise<string> {
  const call = { path: 'status/buildinfo', subject: 'build information', signal: options.signal };
  try {
    const build = await askJson(client, call, { ...options, shape: BUILD });
    return `${build.application || 'Prometheus API'} ${build.version}`.trim();
  } catch (error) {
    if (error instanceof SourceError) return 'Prometheus API';
    throw error;
  }
}

/** The `data` of an answer that is short enough for JSON.parse. */
async function askJson<T>(
  client: HttpClient,
  call: ApiCall,
  { shape, ...policy }: RetryPolicy & { readonly shape: z.ZodType<T> },
): Promise<T> {
  const { body } = await askApi(client, call, policy);
  try {
    return z.object({ data: shape }).parse(JSON.parse(body.toString())).data;
  } catch (cause) {
    throw new SourceError(
      'bad_answer',
      `Cannot read ${call.subject} of ${client.shownUrl}: expected JSON of a Prometheus-compatible API; check the address`,
      { cause },
    );
  }
}
