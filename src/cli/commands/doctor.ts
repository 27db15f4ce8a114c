import { checkConfiguration, checkDataDir, checkNode } from '../../app/own-findings.ts';
import { DetailedHealth, Health } from '../../contract/health.ts';
import { type Finding, Status } from '../../contract/status.ts';
import { readConfig } from '../global-options.ts';
import { paint, print, printJson } from '../output.ts';
import { type ClientOptions, createServerClient, type ServerClient } from '../server-client.ts';
import { checkDatabase, checkRedis, checkSource, messageOf } from './doctor-checks.ts';

const COLOURS = { ok: 'green', info: 'cyan', warn: 'yellow', fail: 'red' } as const;
const LONGEST_ANSWER_MS = 5000;

/** `doctor`: what the running SAIMon finds, or what one would find; exit code 1 when something fails. */
export async function doctorCommand(options: ClientOptions): Promise<void> {
  const { server, told } = await askServer(createServerClient(options));
  const findings = [server, ...(told ?? (await examine(options)))];
  if (options.json) printJson(findings);
  else for (const one of findings) print(line(one));
  if (findings.some(({ state }) => state === 'fail')) process.exitCode = 1;
}

function line({ name, state, detail }: Finding): string {
  return `${paint(COLOURS[state], state.padEnd(5))} ${name.padEnd(14)} ${detail}`;
}

/** How the server answers and what it finds; that none runs is no fault: the doctor is also asked before the first start. */
async function askServer(
  client: ServerClient,
): Promise<{ readonly server: Finding; readonly told?: readonly Finding[] }> {
  const name = 'server';
  try {
    const begun = performance.now();
    await client.get('/api/v1/health', Health);
    const tookMs = Math.round(performance.now() - begun);
    const { status } = await client.get('/api/v1/health/detailed', DetailedHealth);
    const { findings } = await client.get('/api/v1/status', Status);
    const detail = `${client.url} is ${status} and answers in ${tookMs} ms`;
    const well = status === 'healthy' && tookMs <= LONGEST_ANSWER_MS;
    const remedy = status === 'healthy' ? 'see how loaded its machine is' : 'see below';
    return {
      server: well
        ? { name, state: 'ok', detail }
        : { name, state: 'warn', detail: `${detail}, ${remedy}` },
      told: findings,
    };
  } catch (error) {
    return { server: { name, state: 'warn', detail: messageOf(error) } };
  }
}

async function examine(options: ClientOptions): Promise<Finding[]> {
  const loaded = readConfig(options);
  const { config } = loaded;
  return [
    checkNode(process.versions.node),
    checkConfiguration(loaded),
    await checkDataDir(config.storage),
    await checkDatabase(config),
    ...(await checkSource(config)),
    await checkRedis(config),
  ];
}
