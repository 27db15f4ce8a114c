import type { Service } from '../app/service.ts';
import type { Logger } from '../base/logger.ts';

const GRACE_MS = 10_000;

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
  let end: () => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  let signals = 0;
  const onSignal = () => {
    signals++;
    if (signals > 1) process.exit(130);
    end();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.on('uncaughtException', fail).on('unhandledRejection', fail);
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
