import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedConfig, loadConfig } from '../../app/config/load-config.ts';
import { createService, type Service } from '../../app/service.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Anomaly } from '../../contract/anomaly.ts';
import { createFaultPlan } from '../../sources/simulated/fault-plan.ts';
import { createSimulatedSource } from '../../sources/simulated/simulated-source.ts';
import { printBanner } from '../banner.ts';
import { flagSettings, type SettingOptions } from '../global-options.ts';
import { note, paint, print } from '../output.ts';
import { runService } from '../run-service.ts';
import { createServerClient } from '../server-client.ts';
import { serviceLog } from '../service-log.ts';
import { wholeNumber } from './simulate.ts';
import { anomalyLine } from './status.ts';

export interface DemoOptions extends SettingOptions {
  readonly seed: string;
}

const INFER_EVERY = '5s';
const SAMPLING_PERIOD = '15s';

/** `demo`: the whole service over an estate in which something breaks every few minutes. */
export async function demoCommand(options: DemoOptions): Promise<void> {
  const seed = wholeNumber(options.seed, '--seed', 2 ** 31);
  if (options.dataDir !== undefined) return runDemo(options, { seed, dataDir: options.dataDir });
  const dataDir = await mkdtemp(join(tmpdir(), 'saimon-demo-'));
  try {
    await runDemo(options, { seed, dataDir });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runDemo(
  options: DemoOptions,
  { seed, dataDir }: { readonly seed: number; readonly dataDir: string },
): Promise<void> {
  const loaded = loadDemoConfig(options, dataDir);
  const startMs = systemClock.now();
  const faults = createFaultPlan(seed, startMs);
  const source = createSimulatedSource({ seed, startMs, faults, clock: systemClock });
  const logger = serviceLog(loaded.config);
  note('Starting: the estate learns two weeks of history first');
  await runService(
    (onFailure) =>
      createService({ loaded, role: 'all', logger, source, read: () => loaded, onFailure }),
    {
      logger,
      onStarted: (service) => {
        printBanner(loaded, {
          url: service.url,
          watching: 'a simulated estate of three hosts, a shop and a database',
        });
        tellDetections(service);
        void tellFaults(faults, { clock: systemClock, startMs });
      },
    },
  );
}

/** The demo is the same everywhere: neither file nor environment of this machine reach it. */
function loadDemoConfig(options: DemoOptions, dataDir: string): LoadedConfig {
  const own = [
    ['schedulers.infer_every', INFER_EVERY],
    ['reader.sampling_period', SAMPLING_PERIOD],
    ['reader.tz', 'UTC'],
    ['storage.data_dir', dataDir],
    ['log.level', 'warn'],
  ].map(([path = '', value]) => ({ origin: 'demo', path: path.split('.'), value }));
  const flags = [...own, ...flagSettings(options)];
  return loadConfig({ environment: {}, withoutFile: true, flags });
}

function tellDetections(service: Service): void {
  const client = createServerClient({ url: service.url });
  service.subscribe((event) => {
    if (event.kind !== 'anomaly' || event.change === 'updated') return;
    client
      .get(`/api/v1/anomalies/${event.anomalyId}`, Anomaly)
      .then((anomaly) =>
        event.change === 'opened'
          ? print(`${clockText()} ${paint('bold', 'DETECTED')} ${anomalyLine(anomaly)}`)
          : print(
              `${clockText()} ${paint('dim', 'over    ')} ${anomaly.metric_name ?? ''} is normal again`,
            ),
      )
      .catch((error: unknown) => note(String(error)));
  });
}

async function tellFaults(
  faults: ReturnType<typeof createFaultPlan>,
  { clock, startMs }: { readonly clock: Clock; readonly startMs: number },
): Promise<void> {
  let told = startMs;
  for (;;) {
    await clock.sleep(500);
    const nowMs = clock.now();
    for (const fault of faults.until(nowMs)) {
      if (fault.startMs < told || fault.startMs >= nowMs) continue;
      print(`${clockText()} ${paint('yellow', 'BREAKS  ')} ${fault.title} (${fault.kind})`);
    }
    told = nowMs;
  }
}

function clockText(): string {
  return paint('dim', new Date().toTimeString().slice(0, 8));
}
