import type { Episode } from '../core/anomalies/episode.ts';
import { explain } from '../core/anomalies/explanation.ts';
import { type SeverityLevels, scoreOf, severityOf } from '../core/anomalies/severity.ts';
import { eventsBefore } from '../core/context/declared-event.ts';
import type { Labels } from '../core/labels.ts';
import type { EpisodeDraft } from '../store/detection.ts';
import { driftContext } from './drift-context.ts';
import { groundsContext } from './grounds-context.ts';
import type { LiveSeries } from './live-series.ts';
import { maintenanceOf } from './planned-work.ts';
import { occurrenceOf, quietedBy, sharesOf } from './quiet-rules.ts';
import type { KnownEvent } from './surroundings.ts';

/** The row of an episode, as it stands now. */
export function draftEpisode(
  episode: Episode,
  series: LiveSeries,
  levels: SeverityLevels,
): EpisodeDraft {
  const { labels, query, models } = series;
  const { peak, detectors } = episode;
  const score = scoreOf(peak.ratio);
  const isAbsence = episode.kind === 'absence';
  const algorithm = detectors[0]?.detector ?? 'combined';
  // What has no fitted part of its own speaks through the z-score's window.
  const model = models.get(algorithm) ?? models.get('zscore');
  const explanation = explain(episode, {
    metric: query.alias,
    unit: query.unit,
    labels,
    zone: query.policy.zone,
    events: eventsOf(episode, series),
    maintenance: maintenanceOf(series, episode.openedAtMs)?.window.title,
  });
  return {
    kind: episode.kind,
    openedAtMs: episode.openedAtMs,
    startedAtMs: episode.startedAtMs,
    lastAtMs: episode.lastAtMs,
    endedAtMs: episode.open ? null : episode.endedAtMs,
    timestampMs: peak.timeMs,
    value: peak.value,
    expected: peak.expected,
    lower: peak.lower,
    upper: peak.upper,
    ratio: peak.ratio,
    score,
    severity: (isAbsence && query.absenceSeverity) || severityOf(score, levels),
    confidence: episode.confidence,
    direction: episode.direction,
    algorithm,
    modelId: model?.id ?? null,
    modelVersion: model?.version ?? null,
    explanation,
    context: contextOf(episode, series),
    quieted: quietedBy(series.surroundings.rules, () =>
      occurrenceOf(episode, { zone: query.policy.zone, shares: sharesOf(episode) }),
    ),
    // Planned work alerts nobody, but what outlasts it does.
    ...(maintenanceOf(series, episode.lastAtMs) === undefined && {
      alert: { title: titleOf(episode, query.alias, labels), message: explanation },
    }),
  };
}

function contextOf(episode: Episode, series: LiveSeries) {
  const { query, models, trainedAtMs } = series;
  const events = eventsOf(episode, series);
  const planned = maintenanceOf(series, episode.openedAtMs);
  return {
    ...(events.length > 0 && { events: events.map(told) }),
    ...(planned && {
      maintenance: {
        title: planned.window.title,
        start: iso(planned.span.startMs),
        end: iso(planned.span.endMs),
      },
    }),
    unit: query.unit,
    description: query.description,
    expr: query.expr,
    step_seconds: query.stepMs / 1000,
    tags: query.tags,
    detectors: Object.fromEntries(
      episode.detectors.map(({ detector, ratio }) => [detector, ratio]),
    ),
    abnormal_samples: episode.samples,
    ...(episode.reach && { reach: episode.reach }),
    ...(episode.ending && { ending: episode.ending }),
    ...(episode.drift && { drift: driftContext(episode.drift) }),
    ...(episode.standstill && {
      since: iso(episode.standstill.sinceMs),
      longest_before_seconds: episode.standstill.longestMs / 1000,
    }),
    ...(episode.grounds && groundsContext(episode.grounds)),
    models: Object.fromEntries([...models].map(([kind, { version }]) => [kind, version])),
    trained_at: Number.isNaN(trainedAtMs) ? null : new Date(trainedAtMs).toISOString(),
    zone: query.policy.zone,
  };
}

function eventsOf({ openedAtMs }: Episode, { surroundings }: LiveSeries): KnownEvent[] {
  return eventsBefore(surroundings.events, openedAtMs, surroundings.lookbackMs);
}

function told({ id, kind, title, startMs, endMs, labels }: KnownEvent) {
  return { id, kind, title, started_at: iso(startMs), ended_at: iso(endMs), labels };
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

const TITLES: Partial<Record<Episode['kind'], string>> = {
  flat_line: 'stands still',
  absence: 'sends no samples',
};

function titleOf({ kind, direction }: Episode, alias: string, labels: Labels): string {
  const course = direction === 'shape' ? 'runs an unusual course' : `is ${direction} expected`;
  const what = TITLES[kind] ?? course;
  const where = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return where.length === 0 ? `${alias} ${what}` : `${alias} ${what} (${where.join(', ')})`;
}
