import type { CoMovement } from '../correlation/co-movement.ts';
import { entityOf } from '../entity/entity-of.ts';
import type { Labels } from '../labels.ts';
import type { IncidentMember } from './incident-member.ts';
import type { Tie } from './tie.ts';

/** A tie in words; `other` is the anomaly that it names, undefined where that is gone. */
export function tieSentence(tie: Tie, other: IncidentMember | undefined): string {
  if (tie.kind === 'series') return 'The same series once more';
  if (tie.kind === 'entity')
    return `On ${placeOf(tie.labels)}, as ${other?.metricName ?? 'one before it'}`;
  const name = other ? nameOf(other) : 'an anomaly that is gone';
  if (tie.kind === 'label') {
    const [shared] = Object.entries(tie.labels).map((pair) => pair.join('='));
    return `Same ${shared} as ${name}`;
  }
  const way = tie.correlation < 0 ? 'against' : 'with';
  return `Moved ${way} ${name} in the week before, ${whenOf(tie)}: correlation ${tie.correlation.toFixed(2)}`;
}

/** The metric and place of an anomaly: `cpu of web-1`. */
export function nameOf({ metricName, labels }: IncidentMember): string {
  const place = placeOf(entityOf(labels) ?? labels);
  return `${metricName ?? 'an anomaly'}${place && ` of ${place}`}`;
}

function placeOf(labels: Labels): string {
  return Object.values(labels).join(', ');
}

function whenOf({ lagMs }: CoMovement): string {
  if (lagMs === 0) return 'within five minutes';
  return `${Math.abs(lagMs) / 60_000} minutes ${lagMs > 0 ? 'later' : 'earlier'}`;
}
