import {
  type CombinationSubject,
  combinationTitle,
  explainCombination,
} from '../core/anomalies/explain-combination.ts';
import type { SeverityLevels } from '../core/anomalies/severity.ts';
import type { JointEpisode } from '../core/entity/joint-episodes.ts';
import type { SeriesFindings } from '../store/detection.ts';
import { draftEpisode } from './episode-draft.ts';
import { backgroundContext } from './grounds-context.ts';
import type { LiveEntity } from './live-entity.ts';
import type { LiveSeries } from './live-series.ts';
import { occurrenceOf, quietedBy } from './quiet-rules.ts';

/**
 * The row of an unusual combination: kept under its leading series, with the labels of the entity. None when that is
 * gone, and none of an anomaly that members had by themselves: theirs are written.
 */
export function draftCombination(
  combination: JointEpisode,
  entity: LiveEntity,
  levels: SeverityLevels,
): SeriesFindings[] {
  const leader = entity.find(combination.leader);
  if (leader === undefined || combination.kind !== 'combination') return [];
  const parts = combination.shares.flatMap(({ member, share }) => {
    const series = entity.find(member);
    return series ? [{ series, share, name: nameOf(series, entity) }] : [];
  });
  const subject: CombinationSubject = {
    entity: entity.labels,
    parts,
    leader: nameOf(leader, entity),
    unit: leader.query.unit,
    zone: leader.query.policy.zone,
  };
  const { alert, context, ...draft } = draftEpisode(combination, leader, levels);
  const explanation = explainCombination(combination, subject);
  const episode = {
    ...draft,
    direction: 'shape',
    modelId: null,
    modelVersion: null,
    explanation,
    quieted: quietedBy(leader.surroundings.rules, () =>
      occurrenceOf(
        { ...combination, direction: 'shape' },
        { zone: subject.zone, shares: new Map(parts.map(({ name, share }) => [name, share])) },
      ),
    ),
    context: {
      ...context,
      ...backgroundContext(leader.model.background),
      entity: entity.labels,
      contributions: parts.map(({ series, share, name }) => ({
        name,
        detector: combination.kind,
        meaning: 'does not go with the others as it usually does',
        ratio: Number((share * combination.peak.ratio).toPrecision(4)),
        series_id: series.id,
        metric_name: series.query.alias,
        labels: series.labels,
        share: Number(share.toPrecision(4)),
      })),
    },
    ...(alert && { alert: { title: combinationTitle(subject), message: explanation } }),
  };
  const { id: seriesId, query } = leader;
  return [{ seriesId, metricId: query.id, labels: entity.labels, episodes: [episode] }];
}

/** The alias, and where the entity has several series of it, what tells them apart. */
function nameOf(series: LiveSeries, entity: LiveEntity): string {
  const alike = entity.series.filter(({ query }) => query.id === series.query.id);
  if (alike.length < 2) return series.query.alias;
  const telling = Object.entries(series.labels).filter(([name, value]) =>
    alike.some(({ labels }) => labels[name] !== value),
  );
  return `${series.query.alias} (${telling.map(([name, value]) => `${name} ${value}`).join(', ')})`;
}
