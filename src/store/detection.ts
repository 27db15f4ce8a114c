import type { EpisodeKind } from '../core/anomalies/episode.ts';
import type { Severity } from '../core/anomalies/severity.ts';
import type { Labels } from '../core/labels.ts';
import type { CheckpointDraft } from './checkpoints-table.ts';

/** One episode as a run found it: identity is (`seriesId`, `kind`, `openedAtMs`). */
export interface EpisodeDraft {
  readonly kind: EpisodeKind;
  readonly openedAtMs: number;
  readonly startedAtMs: number;
  readonly lastAtMs: number;
  /** Null while it is open. */
  readonly endedAtMs: number | null;
  /** The sample with the highest ratio. */
  readonly timestampMs: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly ratio: number;
  readonly score: number;
  readonly severity: Severity;
  readonly confidence: number;
  readonly direction: string;
  /** Kind of the strongest detector. */
  readonly algorithm: string;
  readonly modelId: number | null;
  readonly modelVersion: string | null;
  readonly explanation: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The rule that quiets it, and what that says. It counts from its opening on, until none does: then never again. */
  readonly quieted?: { readonly ruleId: number; readonly reason: string } | undefined;
  /** Text of its alert. An alert is made once the severity is medium or more and no rule quiets it; none without this. */
  readonly alert?: { readonly title: string; readonly message: string };
}

/** Episodes and the series that they are kept under. */
export interface SeriesFindings {
  readonly seriesId: number;
  readonly metricId: number;
  /** Of the series, or of the entity where they concern several. */
  readonly labels: Labels;
  readonly episodes: readonly EpisodeDraft[];
}

/** What one run found of one series. */
export interface SeriesDetection extends SeriesFindings, CheckpointDraft {
  /** Chunks of the hours touched. */
  readonly bands: readonly { readonly hourMs: number; readonly bytes: Uint8Array }[];
}

export interface SavedEpisode {
  readonly id: number;
  readonly seriesId: number;
  readonly kind: EpisodeKind;
  readonly openedAtMs: number;
  /** Whether this run wrote its row first; it may be closed already. */
  readonly isNew: boolean;
  readonly open: boolean;
  /** Whether a rule keeps it quiet. */
  readonly quieted: boolean;
}

export interface SavedAlert {
  readonly id: number;
  readonly anomalyId: number;
  readonly change: 'opened' | 'raised' | 'resolved';
}

export interface SavedDetection {
  /** Series whose run was first; nothing of the others was written. */
  readonly savedSeriesIds: ReadonlySet<number>;
  readonly episodes: readonly SavedEpisode[];
  readonly alerts: readonly SavedAlert[];
}
