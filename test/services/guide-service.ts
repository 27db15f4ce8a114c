import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { AnomalyList } from '../../src/contract/anomaly.ts';
import { IncidentList } from '../../src/contract/incident.ts';
import { SeriesList } from '../../src/contract/series.ts';
import { eventually, SaimonProcess } from '../saimon-process.ts';
import { startFakePrometheus } from './fake-prometheus.ts';
import { freePort } from './server-process.ts';

/** A SAIMon that has found something, and a folder like a fresh clone in which what guides say can be typed. */
export interface GuideService {
  readonly port: number;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const WATCHED = ['node_cpu_busy', 'node_memory_available'];
const HISTORY_S = 3600;
const PATIENT_MS = 60_000;

export async function startGuideService(): Promise<GuideService> {
  const folder = mkdtempSync(join(tmpdir(), 'saimon-guides-'));
  const nowS = Math.floor(Date.now() / 1000);
  const prometheus = await startFakePrometheus({ epochS: nowS - HISTORY_S });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: `${programFolder(folder)}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    API_PORT: String(port),
  };
  writeFileSync(join(folder, 'saimon.yml'), configuration(prometheus.url));
  const running = new SaimonProcess(['serve'], { folder, environment });
  const stop = async () => {
    await running.end('SIGKILL');
    await prometheus.leave();
    rmSync(folder, { recursive: true, force: true });
  };
  const said = () => running.stdout + running.stderr;
  try {
    const { series } = await eventually(
      async () => SeriesList.parse(await (await fetch(`${url}/api/v1/series`)).json()),
      (list) => list.by_state.ready === WATCHED.length,
      PATIENT_MS,
    );
    expect(
      series.map(({ state }) => state),
      said(),
    ).toEqual(WATCHED.map(() => 'ready'));
    const fromS = Math.floor(Date.now() / 1000);
    prometheus.shift('node_cpu_busy', 60, { fromS, toS: fromS + 3600 });
    const { total } = await eventually(
      async () => {
        AnomalyList.parse(await (await fetch(`${url}/api/v1/anomalies`)).json());
        return IncidentList.parse(await (await fetch(`${url}/api/v1/incidents`)).json());
      },
      (list) => list.total > 0,
      PATIENT_MS,
    );
    expect(total, said()).toBeGreaterThan(0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, folder, environment, stop };
}

/** Watches every second what the guides speak of. */
function configuration(url: string): string {
  const queries = Object.fromEntries(WATCHED.map((alias) => [alias, { expr: alias }]));
  const reader = { datasource_url: url, sampling_period: '1s', tz: 'UTC', queries };
  return `${JSON.stringify({ reader, schedulers: { infer_every: '1s' } })}\n`;
}

/** A folder with the built program, so that `saimon` and `npx saimon` are found. */
function programFolder(folder: string): string {
  const path = join(folder, '.bin');
  const main = realpathSync('dist/cli/main.js');
  mkdirSync(path);
  writeFileSync(join(path, 'saimon'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  writeFileSync(join(path, 'npx'), '#!/bin/sh\nexec "$@"\n');
  for (const name of ['saimon', 'npx']) chmodSync(join(path, name), 0o755);
  return path;
}
