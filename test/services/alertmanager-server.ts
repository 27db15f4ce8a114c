import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, startProcess } from './server-process.ts';

export interface ManagedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}

export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt?: string;
}

export interface Webhook {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly credentials?: string;
}

/** An Alertmanager of one test file, on a port and a directory of its own, that tells a webhook at once. */
export interface AlertmanagerServer {
  readonly url: string;
  /** Alerts that go on, silenced ones too. */
  alerts(): Promise<ManagedAlert[]>;
  /** Silences what has these labels for an hour; gives its id. */
  silence(labels: Readonly<Record<string, string>>): Promise<string>;
  /** Takes alerts as Prometheus sends them: one with an end has ended. */
  tell(alerts: readonly SentAlert[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startAlertmanager({
  url: hook,
  credentials,
}: Webhook): Promise<AlertmanagerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'saimon-alertmanager-'));
  const config = join(folder, 'alertmanager.yml');
  const route = {
    receiver: 'hook',
    group_by: ['saimon_key'],
    group_wait: '0s',
    group_interval: '1s',
    repeat_interval: '1h',
  };
  const authorization = credentials !== undefined && {
    http_config: { authorization: { credentials } },
  };
  const told = { url: hook, send_resolved: true, ...authorization };
  const receivers = [{ name: 'hook', webhook_configs: [told] }];
  await writeFile(config, JSON.stringify({ route, receivers }));
  const address = `127.0.0.1:${await freePort()}`;
  const server = await startProcess('prometheus-alertmanager', {
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
  });
  const url = `http://${address}`;
  const stop = async (): Promise<void> => {
    await server.stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => ask(`${url}/-/ready`), { timeoutMs: 60_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    stop,
    alerts: async () => JSON.parse(await ask(`${url}/api/v2/alerts`)),
    async tell(alerts) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(alerts);
      await ask(`${url}/api/v2/alerts`, { method: 'POST', headers, body });
    },
    async silence(labels) {
      const matchers = Object.entries(labels).map(([name, value]) => {
        return { name, value, isRegex: false, isEqual: true };
      });
      const now = Date.now();
      const body = JSON.stringify({
        matchers,
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 3_600_000).toISOString(),
        createdBy: 'ann',
        comment: 'new disks',
      });
      const headers = { 'content-type': 'application/json' };
      const answer = await ask(`${url}/api/v2/silences`, { method: 'POST', headers, body });
      return String(JSON.parse(answer).silenceID);
    },
  };
}

async function ask(url: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}
