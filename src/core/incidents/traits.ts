import { entityOf } from '../entity/entity-of.ts';
import { labelsKey } from '../labels.ts';
import type { IncidentMember } from './incident-member.ts';
import type { Trait } from './tie.ts';

/**
 * What ties an anomaly to others of the same time, by texts that are equal where they tie: its series, its entity (all of
 * its labels where none names an entity), and the values of those of `sharedLabels` that it carries.
 */
export function traitsOf(
  { seriesId, labels }: Pick<IncidentMember, 'seriesId' | 'labels'>,
  sharedLabels: readonly string[] = [],
): Map<string, Trait> {
  const traits = new Map<string, Trait>();
  if (seriesId !== null) traits.set(`series ${seriesId}`, { kind: 'series' });
  const place = entityOf(labels) ?? labels;
  if (Object.keys(place).length > 0) {
    traits.set(`entity ${labelsKey(place)}`, { kind: 'entity', labels: place });
  }
  for (const name of sharedLabels) {
    if (!labels[name]) continue;
    const shared = { [name]: labels[name] };
    traits.set(`label ${labelsKey(shared)}`, { kind: 'label', labels: shared });
  }
  return traits;
}
