import type { SeverityLevels } from '../core/anomalies/severity.ts';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { labelsKey } from '../core/labels.ts';
import { lowerBound } from '../core/series.ts';
import type { RangeAnswer } from '../sources/source.ts';
import type { SeriesDetection } from '../store/detection.ts';
import { draftEpisode } from './episode-draft.ts';
import type { LiveSeries } from './live-series.ts';
import type { Roster } from './roster.ts';

/** Labels that tell apart what takes each other's place: the pods of a deployment, the machines of a group. */
const PASSING = new Set([
  'pod',
  'pod_name',
  'pod_uid',
  'pod_ip',
  'uid',
  'id',
  'container_id',
  'instance',
  'replica',
  'replicaset',
  'pod_template_hash',
]);
/** A rolling update starts the new before it stops the old. */
const OVERLAP_MS = HOUR_MS;

/**
 * Lets the series of a query that sent no sample up to `untilMs`, although the query was answered, be absent; gives what
 * is to be written.
 *
 * - A series alone in its query is absent when it is silent for as long as it never was.
 * - One among others is absent only if others went on: when all stop at once that is one trouble of the query, kept in
 *   `roster.silentSinceMs`, not an absence of each.
 * - A series is replaced, not absent, when one has come in its stead: one with the same labels but for `pod`, `instance` and
 *   the like, first seen not earlier than an hour before this one stopped. Of three that stop and two that come one is absent.
 */
export function noteAbsences(
  roster: Roster,
  untilMs: number,
  levels: SeverityLevels,
): SeriesDetection[] {
  roster.silentSinceMs = Number.NaN;
  const detections: SeriesDetection[] = [];
  let groups: Map<string, LiveSeries[]> | undefined;
  for (const series of roster.all()) {
    const { model, opened, broken, lastSampleMs, scoredUntilMs } = series;
    if (!opened || broken || !(model.absenceDueMs <= untilMs)) continue;
    if (isLongGone(series, untilMs)) continue;
    groups ??= groupsOf(roster);
    if (isReplaced(series, groups.get(groupKey(series)) ?? [], untilMs)) model.endAbsence(untilMs);
    else if (model.absent || goesOn(roster, series)) model.miss(untilMs);
    else roster.silentSinceMs = lastSampleMs;
    const episodes = model.drainEpisodes();
    if (episodes.length === 0) continue;
    detections.push({
      ...series.checkpoint(scoredUntilMs),
      metricId: series.query.id,
      labels: series.labels,
      episodes: episodes.map((episode) => draftEpisode(episode, series, levels)),
      bands: [],
    });
  }
  return detections;
}

/** Whether others of an answer have samples in a pause of `series` that lasted long enough, or it is alone. */
export function othersWentOn(
  series: LiveSeries,
  { roster, answer }: { readonly roster: Roster; readonly answer: RangeAnswer },
): (pauseEndMs: number) => boolean {
  return (pauseEndMs) => {
    if (contemporaries(roster, series).length === 0) return true;
    const dueMs = series.model.absenceDueMs;
    return answer.series.some(({ labels, samples: { times } }) => {
      const next = times[lowerBound(times, dueMs)] ?? Number.POSITIVE_INFINITY;
      return next < pauseEndMs && roster.find(labels) !== series;
    });
  };
}

/** What was noted in an earlier run is not looked at in every run to come. */
function isLongGone({ state, model }: LiveSeries, untilMs: number): boolean {
  return state === 'stale' && !model.absent && untilMs - model.absenceDueMs > DAY_MS;
}

function goesOn(roster: Roster, series: LiveSeries): boolean {
  const others = contemporaries(roster, series);
  const { absenceDueMs } = series.model;
  return others.length === 0 || others.some(({ lastSampleMs }) => lastSampleMs >= absenceDueMs);
}

/** Other series that were there when this one stopped. */
function contemporaries(roster: Roster, series: LiveSeries): LiveSeries[] {
  const { learnedUntilMs, model } = series;
  const sinceMs = 2 * learnedUntilMs - model.absenceDueMs;
  return [...roster.all()].filter((other) => other !== series && other.lastSampleMs >= sinceMs);
}

function isReplaced(series: LiveSeries, alike: readonly LiveSeries[], untilMs: number): boolean {
  const sinceMs = series.learnedUntilMs - OVERLAP_MS;
  const came = alike.filter(
    ({ model, lastSampleMs }) => model.firstMs >= sinceMs && lastSampleMs > series.learnedUntilMs,
  );
  if (came.length === 0) return false;
  const goneBefore = alike.filter(
    (other) =>
      other.model.absenceDueMs <= untilMs &&
      other.learnedUntilMs >= sinceMs &&
      (other.learnedUntilMs - series.learnedUntilMs || other.id - series.id) < 0,
  );
  return goneBefore.length < came.length;
}

function groupsOf(roster: Roster): Map<string, LiveSeries[]> {
  const groups = new Map<string, LiveSeries[]>();
  for (const series of roster.all()) {
    const key = groupKey(series);
    const group = groups.get(key);
    if (group) group.push(series);
    else groups.set(key, [series]);
  }
  return groups;
}

function groupKey({ labels }: LiveSeries): string {
  return labelsKey(
    Object.fromEntries(Object.entries(labels).filter(([name]) => !PASSING.has(name))),
  );
}
