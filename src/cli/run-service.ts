import { once } from 'node:events';
import type { Service } from '../app/service.ts';
import type { Logger } from '../base/logger.ts';

const GRACE_MS = 10_000;
const STOPPED = new Error('Stopped by a signal');

export interface RunOptions {
  readonly logger: Logger;
  /** Once it listens. */
  readonly onStarted: (service: Service) => void | Promise<void>;
}

/** A service is made with the way in which it reports that it cannot go on. */
export type ServiceMaker = (onFailure: (error: unknown) => void) => Service;

/**
 * Runs a service until SIGINT or SIGTERM, or until it fails. It is given ten seconds to stop; a second signal
 * ends the process at once.
 */
export async function runService(make: ServiceMaker, options: RunOptions): Promise<void> {
  const { logger } = options;
  const end = new AbortController();
  const ended = endOf(end.signal);
  const fail = (error: unknown) => end.abort(error);
  let signals = 0;
  const onSignal = () => {
    signals++;
    if (signals > 1) process.exit(130);
    end.abort(STOPPED);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', (reason) => {
    logger.error({ err: reason }, 'Something failed that nobody waited for, SAIMon goes on');
  });
  const service = make(fail);
  process.on('SIGHUP', () => {
    service.reload().catch((error: unknown) => {
      logger.error({ err: error }, 'Configuration not reloaded, the old one stays in force');
    });
  });
  try {
    await Promise.race([start(service, options), ended]);
    await ended;
  } finally {
    await stopInTime(service, logger);
  }
}

/** Resolves when a signal asked for the end, rejects with what went wrong. */
async function endOf(signal: AbortSignal): Promise<void> {
  await once(signal, 'abort');
  const failure: unknown = signal.reason;
  if (failure !== STOPPED) throw failure;
}

async function start(service: Service, { onStarted }: RunOptions): Promise<void> {
  await service.start();
  await onStarted(service);
}

async function stopInTime(service: Service, logger: Logger): Promise<void> {
  const late = setTimeout(() => {
    logger.error({}, `Not stopped within ${GRACE_MS / 1000} s, ending now`);
    process.exit(1);
  }, GRACE_MS);
  try {
    await service.stop();
  } catch (error) {
    logger.error({ err: error }, 'Something failed while stopping');
  }
  clearTimeout(late);
}
