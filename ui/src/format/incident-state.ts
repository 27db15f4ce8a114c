import type { Incident } from '../../../src/contract/incident.ts';
import { clockTime } from './time.ts';

type Life = Pick<Incident, 'status' | 'ended_at' | 'resolved_by'>;

/** Where an incident stands: one whose anomalies have all ended stays unresolved for the gap in which others would still join it. */
export function incidentState({ status, ended_at: end, resolved_by: by }: Life): string {
  if (status === 'resolved') return by === null ? status : `${status} by ${by}`;
  return end === null ? status : `${status}, quiet since ${clockTime(Date.parse(end))}`;
}
