import type { Clock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import type { Logger } from '../base/logger.ts';
import { createRemoteWriter, type RemoteWriter } from '../engine/remote-write/remote-writer.ts';
import type { Telemetry } from '../engine/telemetry.ts';
import type { Config } from './config/config-schema.ts';
import { accessOf } from './configured-source.ts';

export interface ResultWriterParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly version: string;
}

/** Sends results to where the configuration says; undefined where it says nothing. */
export function createResultWriter(
  { writer }: Config,
  { clock, logger, telemetry, version }: ResultWriterParts,
): RemoteWriter | undefined {
  const { remote_write: remote, metric_format: format } = writer;
  if (remote.url === '') return undefined;
  return createRemoteWriter({
    connection: { ...accessOf(remote), url: remote.url },
    format,
    maxAgeMs: parseDuration(remote.max_age),
    version,
    clock,
    logger,
    telemetry,
  });
}
