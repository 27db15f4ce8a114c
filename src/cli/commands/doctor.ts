import * as z from 'zod';
import { detectionFindings } from '../../api/findings.ts';
import type { Config } from '../../app/config/config-schema.ts';
import { checkConfiguration, checkDataDir, checkNode } from '../../app/own-findings.ts';
import { DetailedHealth } from '../../contract/health.ts';
import type { Finding } from '../../contract/status.ts';
import { readConfig } from '../global-options.ts';
import { paint, print, printJson } from '../output.ts';
import { type ClientOptions, createServerClient, type ServerClient } from '../server-client.ts';
import { checkDatabase, checkRedis, checkSource, messageOf } from './doctor-checks.ts';

const COLOURS = { ok: 'green', info: 'cyan', warn: 'yellow', fail: 'red' } as const;

/** `doctor`: exit code 1 when something fails. */
export async function doctorCommand(options: ClientOptions): Promise<void> {
  const findings: Finding[] = [checkNode(process.versions.node)];
  const loaded = readConfig(options);
  const { config } = loaded;
  findings.push(checkConfiguration(loaded));
  const client = createServerClient(options);
  const server = await checkServer(client);
  // That none runs is no fault: the doctor is also asked before the first start.
  const running = server.state !== 'fail';
  findings.push(running ? server : { ...server, state: 'warn' });
  findings.push(await checkDataDir(config.storage), await checkDatabase(config, running));
  findings.push(...(await checkSource(config)), await checkRedis(config));
  if (running) findings.push(...(await checkDetection(client, config)));
  if (options.json) printJson(findings);
  else for (const one of findings) print(line(one));
  if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1;
}

function line({ name, state, detail }: Finding): string {
  return `${paint(COLOURS[state], state.padEnd(5))} ${name.padEnd(14)} ${detail}`;
}

async function checkServer(client: ServerClient): Promise<Finding> {
  const name = 'server';
  try {
    const { checks } = await client.get('/health/detailed', DetailedHealth);
    const ill = Object.entries(checks).filter(([, check]) => check.status === 'unhealthy');
    if (ill.length === 0) return { name, state: 'ok', detail: `${client.url} is healthy` };
    const complaints = ill.map(([key, { detail }]) => `${key}: ${detail}`);
    return { name, state: 'warn', detail: `${client.url}: ${complaints.join('; ')}` };
  } catch (error) {
    return { name, state: 'fail', detail: messageOf(error) };
  }
}

const Total = z.object({ total: z.int() });

async function checkDetection(client: ServerClient, config: Config): Promise<Finding[]> {
  const total = async (list: string) => (await client.get(`/api/v1/${list}?limit=1`, Total)).total;
  try {
    const [series, models, anomalies] = [
      await total('series'),
      await total('models'),
      await total('anomalies'),
    ];
    const { min_samples: minSamples } = config.schedulers;
    return detectionFindings({ series, models, anomalies }, { minSamples });
  } catch (error) {
    return [{ name: 'detection', state: 'warn', detail: messageOf(error) }];
  }
}
