import type { Config } from '../../app/config/config-schema.ts';
import { readConfig } from '../global-options.ts';
import { paint, print, printJson } from '../output.ts';
import { type ClientOptions, createServerClient, type ServerClient } from '../server-client.ts';
import {
  checkDatabase,
  checkDataDir,
  checkNode,
  checkRedis,
  checkSource,
} from './doctor-checks.ts';

/** One line of the doctor: what is so and, where it is not well, what would do. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'info' | 'warn' | 'fail';
  readonly detail: string;
}

const COLOURS = { ok: 'green', info: 'cyan', warn: 'yellow', fail: 'red' } as const;

/** `doctor`: exit code 1 when something fails. */
export async function doctorCommand(options: ClientOptions): Promise<void> {
  const findings: Finding[] = [checkNode(process.versions.node)];
  const loaded = readConfig(options);
  const { config } = loaded;
  findings.push({
    name: 'configuration',
    state: loaded.warnings.length > 0 ? 'warn' : 'ok',
    detail: [loaded.file ?? 'none, defaults and environment', ...loaded.warnings].join('; '),
  });
  const client = createServerClient(options);
  const running = await checkServer(client, findings);
  findings.push(await checkDataDir(config), await checkDatabase(config, running));
  findings.push(...(await checkSource(config)), await checkRedis(config));
  if (running) findings.push(...(await checkDetection(client, config)));
  if (options.json) printJson(findings);
  else for (const one of findings) print(line(one));
  if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1;
}

function line({ name, state, detail }: Finding): string {
  return `${paint(COLOURS[state], state.padEnd(5))} ${name.padEnd(14)} ${detail}`;
}

async function checkServer(client: ServerClient, findings: Finding[]): Promise<boolean> {
  const name = 'server';
  try {
    const health = await client.get<{
      status: string;
      checks: Record<string, { status: string; detail: string }>;
    }>('/health/detailed');
    const ill = Object.entries(health.checks).filter(([, check]) => check.status === 'unhealthy');
    findings.push(
      ill.length === 0
        ? { name, state: 'ok', detail: `${client.url} is healthy` }
        : {
            name,
            state: 'warn',
            detail: `${client.url}: ${ill.map(([key, { detail }]) => `${key}: ${detail}`).join('; ')}`,
          },
    );
    return true;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    findings.push({ name, state: 'warn', detail });
    return false;
  }
}

async function checkDetection(client: ServerClient, config: Config): Promise<Finding[]> {
  const [series, models, anomalies] = await Promise.all(
    ['series', 'models', 'anomalies'].map((list) =>
      client.get<{ total: number }>(`/api/v1/${list}?limit=1`),
    ),
  );
  const { total: seriesTotal = 0 } = series ?? {};
  const { total: modelsTotal = 0 } = models ?? {};
  return [
    seriesTotal > 0
      ? { name: 'series', state: 'ok', detail: `${seriesTotal} watched` }
      : {
          name: 'series',
          state: 'fail',
          detail: 'none is watched, check reader.queries and the source',
        },
    modelsTotal >= 2
      ? { name: 'models', state: 'ok', detail: `${modelsTotal} trained` }
      : {
          name: 'models',
          state: 'info',
          detail: `${modelsTotal} so far, a series is trained once it has ${config.schedulers.min_samples} samples, see "saimon status"`,
        },
    { name: 'anomalies', state: 'info', detail: `${anomalies?.total ?? 0} found so far` },
  ];
}
