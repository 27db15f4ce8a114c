import type { Clock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import type { Logger } from '../base/logger.ts';
import { createHostSource, type HostSource } from '../sources/host/host-source.ts';
import type { ScrapeTarget } from '../sources/host/scrape-target.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import type { Config } from './config/config-schema.ts';
import { createRawSampleStorage } from './raw-sample-storage.ts';

export interface SourceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The source that the configuration names: a Prometheus, or this host where it names none. */
export function createConfiguredSource(config: Config, parts: SourceParts): Source {
  const { reader, storage } = config;
  const intervalMs = parseDuration(reader.sampling_period);
  const source = createHostSource({
    storage: createRawSampleStorage(parts.database),
    clock: parts.clock,
    logger: parts.logger,
    intervalMs,
    retentionMs: parseDuration(storage.retention.samples),
    targets: reader.scrape_targets.map(scrapeTarget),
    maxSeries: reader.max_series,
  });
  if (reader.presets === 'off') source.presets = async () => [];
  return source;
}

/** Whether it collects by itself and must be told to begin. */
export function isStartable(source: Source): source is HostSource {
  return 'start' in source;
}

/** Two configurations with the same key need no new source. */
export function readerKey({ reader: { queries: _, ...reader } }: Config): string {
  return JSON.stringify(reader);
}

function scrapeTarget({
  url,
  job,
  labels,
}: Config['reader']['scrape_targets'][number]): ScrapeTarget {
  return { url, job: job ?? new URL(url).hostname, labels };
}
