import { parseDuration } from '../base/duration.ts';
import type { Keyring } from '../base/keyring.ts';
import { parseTime } from '../contract/time.ts';
import type { AlertBudget } from '../core/calibration/alert-budget.ts';
import type { SeriesPolicy } from '../core/model/policy.ts';
import type {
  ContextOptions,
  EngineOptions,
  IncidentOptions,
  QuerySpec,
} from '../engine/engine-options.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../engine/engine-options.ts';
import { readCalendarFile } from './config/calendar-files.ts';
import type { Config, QueryConfig } from './config/config-schema.ts';
import { parseOpeningRule } from './config/fields.ts';
import { notifyOf } from './notify-settings.ts';

/** The engine's options as the configuration has them; the keyring opens the settings of added channels. */
export function engineSettings(config: Config, keyring?: Keyring): EngineOptions {
  const { reader, schedulers, detection, storage } = config;
  const samplesMs = parseDuration(storage.retention.samples);
  const anomaliesMs = parseDuration(storage.retention.anomalies);
  return {
    ...DEFAULT_ENGINE_OPTIONS,
    inferEveryMs: parseDuration(schedulers.infer_every),
    fitEveryMs: parseDuration(schedulers.fit_every),
    fitStartMs: timeOfDayMs(schedulers.start_from),
    fitWindowMs: parseDuration(schedulers.fit_window),
    historyMs: Math.max(DEFAULT_ENGINE_OPTIONS.historyMs, parseDuration(schedulers.fit_window)),
    minSamples: schedulers.min_samples,
    zone: zoneOf(config),
    stepMs: parseDuration(reader.sampling_period),
    policy: policyOf(config),
    queries: Object.entries(reader.queries).map(([alias, query]) => querySpec(alias, query)),
    severityLevels: detection.severity_levels,
    alertBudget: budgetOf(config),
    incidents: incidentsOf(config),
    notify: notifyOf(config, keyring),
    modelsKept: storage.retention.models,
    maxSeries: reader.max_series,
    context: contextOf(config),
    retention: { anomaliesMs, bandsMs: anomaliesMs, samplesMs },
  };
}

/** The alert budget of all series together. */
export function budgetOf({ detection }: Config): AlertBudget | undefined {
  const budget = detection.alert_budget;
  return budget && { max: budget.max, everyMs: parseDuration(budget.every) };
}

/** Which anomalies are one incident. */
export function incidentsOf({ detection }: Config): IncidentOptions {
  const { min_members: minMembers, gap, labels, correlation } = detection.incidents;
  return { minMembers, gapMs: parseDuration(gap), sharedLabels: labels, correlation };
}

function contextOf({ context }: Config): ContextOptions {
  const { maintenance, calendars, events } = context;
  const declared = { reason: 'It stands in the configuration', createdBy: 'config' };
  return {
    maintenance: maintenance.map(({ title, match, start, end, weekly }) => ({
      title,
      matchers: match,
      startsAtMs: start === undefined ? null : (parseTime(start) ?? null),
      endsAtMs: end === undefined ? null : (parseTime(end) ?? null),
      weekly: weekly ?? null,
      ...declared,
    })),
    calendars: calendars.map((file) => ({ ...readCalendarFile(file), ...declared })),
    eventQueries: events.queries,
    lookbackMs: parseDuration(events.deploy_lookback),
    excludeMs: parseDuration(events.exclude_from_training),
  };
}

/** The calendar that the series live by. */
export function zoneOf(config: Config): string {
  return config.reader.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What the configuration asks of every series, beyond step and zone. */
export function policyOf({ models, detection }: Config): Partial<SeriesPolicy> {
  const rule = parseOpeningRule(detection.open_after);
  return {
    openAfter: rule ?? 'auto',
    closeAfter: detection.close_after,
    zscoreThreshold: models.zscore.threshold,
    trees: models.isolation_forest.trees,
    treeSampleSize: models.isolation_forest.sample_size,
  };
}

export function timeOfDayMs(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

function querySpec(alias: string, { expr, description, unit, ...options }: QueryConfig): QuerySpec {
  return { alias, expr, description, unit, options };
}
