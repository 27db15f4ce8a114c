import { DEFAULT_SEVERITY_LEVELS, type SeverityLevels } from '../core/anomalies/severity.ts';
import type { AlertBudget } from '../core/calibration/alert-budget.ts';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import type { SeriesPolicy } from '../core/model/policy.ts';
import type { QueryProposal } from '../sources/source.ts';
import type { CalendarDraft } from '../store/calendars-table.ts';
import type { MaintenanceDraft } from '../store/maintenance-windows-table.ts';
import { DEFAULT_NOTIFY_OPTIONS, type NotifyOptions } from './notify-options.ts';

/** One query of the configuration. */
export interface QuerySpec {
  /** Alias: the metric's name. */
  readonly alias: string;
  readonly expr: string;
  readonly metricType?: QueryProposal['metricType'];
  readonly description?: string;
  readonly unit?: string;
  /** The policy as the configuration spells it: `data_range`, `detection_direction`, `step`, `tags` and so on. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** An expression whose rise or change of value is an event. */
export interface EventQuery {
  readonly kind: string;
  readonly title: string;
  readonly expr: string;
}

/** What the configuration says of the world around the series. */
export interface ContextOptions {
  readonly maintenance: readonly MaintenanceDraft[];
  readonly calendars: readonly CalendarDraft[];
  readonly eventQueries: readonly EventQuery[];
  /** An anomaly that opens within this time after an event is said to follow it. */
  readonly lookbackMs: number;
  /** How much is left out of training from the start of an event on. */
  readonly excludeMs: number;
}

/** What makes several anomalies one incident. */
export interface IncidentOptions {
  /** Tied anomalies that are not longer apart than this are one incident; it ends when this long nothing came. */
  readonly gapMs: number;
  /** Labels whose equal values tie, beside series and entity. */
  readonly sharedLabels: readonly string[];
  /** Whether series that moved together in the past tie. */
  readonly correlation: boolean;
  /** Fewer anomalies are no incident. */
  readonly minMembers: number;
}

export interface EngineOptions {
  /** Distance of two detection runs; they begin at multiples of it. */
  readonly inferEveryMs: number;
  /** Distance of two nightly trainings: whole days, or a part of a day. */
  readonly fitEveryMs: number;
  /** Civil time of day of a training, milliseconds after midnight in `zone`. */
  readonly fitStartMs: number;
  /** Span of the past that a fit sees. */
  readonly fitWindowMs: number;
  /** Span of the past that is read of a series met for the first time. */
  readonly historyMs: number;
  /** Samples before a model is trusted. */
  readonly minSamples: number;
  readonly zone: string;
  /** Step of queries that name none. */
  readonly stepMs: number;
  /** How long a sample may take to arrive before its step is asked for. */
  readonly settleMs: number;
  /** What is asked of series beyond DEFAULT_POLICY, for all queries; `stepMs` and `zone` come from above. */
  readonly policy: Partial<SeriesPolicy>;
  /** Queries of the configuration; the source's presets when there are none. */
  readonly queries: readonly QuerySpec[];
  readonly severityLevels: SeverityLevels;
  /** Anomalies that all series together may raise; without one each judges at its learned boundary. */
  readonly alertBudget?: AlertBudget | undefined;
  readonly incidents: IncidentOptions;
  readonly notify: NotifyOptions;
  /** Versions kept of every model. */
  readonly modelsKept: number;
  /** Most series of all queries together; more are refused. */
  readonly maxSeries: number;
  readonly retention: {
    readonly anomaliesMs: number;
    readonly bandsMs: number;
    /** Also how far back an outage is caught up. */
    readonly samplesMs: number;
  };
  readonly context: ContextOptions;
  /** Memory that histories under training may take. */
  readonly historyBytes: number;
}

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  inferEveryMs: 300_000,
  fitEveryMs: DAY_MS,
  fitStartMs: 2 * HOUR_MS,
  fitWindowMs: 7 * DAY_MS,
  historyMs: 8 * DAY_MS,
  minSamples: 1000,
  zone: 'UTC',
  stepMs: 15_000,
  settleMs: 1000,
  policy: {},
  queries: [],
  severityLevels: DEFAULT_SEVERITY_LEVELS,
  incidents: { gapMs: 900_000, sharedLabels: [], correlation: true, minMembers: 1 },
  notify: DEFAULT_NOTIFY_OPTIONS,
  modelsKept: 5,
  maxSeries: 10_000,
  retention: { anomaliesMs: 400 * DAY_MS, bandsMs: 400 * DAY_MS, samplesMs: 14 * DAY_MS },
  context: {
    maintenance: [],
    calendars: [],
    eventQueries: [],
    lookbackMs: 900_000,
    excludeMs: 1_800_000,
  },
  historyBytes: 256 * 2 ** 20,
};
