import type { Finding } from '../contract/status.ts';
import { probeReceiver } from '../engine/remote-write/probe-receiver.ts';
import { SourceError } from '../sources/errors.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import { databaseTimeMs } from '../store/ping.ts';
import type { Config } from './config/config-schema.ts';
import { maskAddress } from './config/secret-keys.ts';
import { accessOf } from './configured-source.ts';

/*
 * What stands around SAIMon, as the setup script of the original checked it: asked by the doctor of the command
 * line and by the running process alike. Each finding says what would do.
 */
const TIMEOUT_MS = 5000;
const STEP_MS = 15_000;
const SINCE_MS = 300_000;
/** Further apart, two clocks are not the same. */
const MOST_APART_MS = 5000;

export interface StackParts {
  /** Absent where this machine is read directly. */
  readonly source?: Source | undefined;
  /** Absent while it is not open. */
  readonly database?: Database | undefined;
  readonly nowMs: number;
  readonly version: string;
}

export async function stackFindings(config: Config, parts: StackParts): Promise<Finding[]> {
  const found = await Promise.all([
    scrapeFindings(parts),
    databaseClock(parts),
    checkReceiver(config, parts),
    checkGrafana(config.server.grafana_url),
  ]);
  return found.flat();
}

/** Whether the Prometheus scrapes anything, and whether its clock is ours. A source that is away is told of elsewhere. */
async function scrapeFindings({ source, nowMs }: StackParts): Promise<Finding[]> {
  if (source?.kind !== 'prometheus') return [];
  const endMs = Math.ceil((nowMs + SINCE_MS) / STEP_MS) * STEP_MS;
  const range = { startMs: endMs - 2 * SINCE_MS, endMs, stepMs: STEP_MS };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const [targets, newest] = await Promise.all([
      source.queryRange({ expr: 'count(up)', ...range, signal }),
      source.queryRange({ expr: 'max(timestamp(up))', ...range, signal }),
    ]);
    const count = targets.series[0]?.samples.values.at(-1);
    if (count === undefined) {
      const detail = 'no sample of "up" in the last five minutes, check what Prometheus scrapes';
      return [{ name: 'up', state: 'fail', detail }];
    }
    const newestMs = Math.max(...(newest.series[0]?.samples.values ?? [])) * 1000;
    return [
      { name: 'up', state: 'ok', detail: `${count} targets` },
      clockFinding('clock', newestMs - nowMs),
    ];
  } catch (error) {
    if (error instanceof SourceError || signal.aborted) return [];
    throw error;
  }
}

/** Samples that are older say nothing of a clock; those of the future do. */
function clockFinding(name: string, aheadMs: number): Finding {
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  return aheadMs > MOST_APART_MS
    ? {
        name,
        state: 'warn',
        detail: `samples of Prometheus are ${seconds} s ahead of this machine, set both clocks by NTP`,
      }
    : { name, state: 'ok', detail: `newest sample ${seconds} s old` };
}

async function databaseClock({ database }: StackParts): Promise<Finding[]> {
  if (database?.kind !== 'postgres') return [];
  const name = 'database clock';
  try {
    const beforeMs = Date.now();
    const theirsMs = await databaseTimeMs(database);
    const apartMs = Math.abs(theirsMs - (beforeMs + Date.now()) / 2);
    const detail = `${(apartMs / 1000).toFixed(1)} s apart from this machine's`;
    return apartMs > MOST_APART_MS
      ? [{ name, state: 'warn', detail: `${detail}, set both by NTP` }]
      : [{ name, state: 'ok', detail }];
  } catch {
    // That it is away is a finding of its own.
    return [];
  }
}

async function checkReceiver({ writer }: Config, { version }: StackParts): Promise<Finding[]> {
  const { remote_write: remote } = writer;
  if (remote.url === '') return [];
  const connection = { ...accessOf(remote), url: remote.url };
  const { healthy, detail } = await probeReceiver(connection, { version, timeoutMs: TIMEOUT_MS });
  return [{ name: 'remote write', state: healthy ? 'ok' : 'fail', detail }];
}

async function checkGrafana(url: string): Promise<Finding[]> {
  if (url === '') return [];
  const name = 'grafana';
  const shown = maskAddress(url);
  try {
    const address = new URL('api/health', url.endsWith('/') ? url : `${url}/`);
    const { status } = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (status === 200) return [{ name, state: 'ok', detail: shown }];
    const detail = `${shown} answers ${status}, see the log of Grafana`;
    return [{ name, state: 'fail', detail }];
  } catch {
    const detail = `${shown} does not answer, start it or correct server.grafana_url`;
    return [{ name, state: 'fail', detail }];
  }
}
