import type { IncidentMember } from './incident-member.ts';

/** What becomes one incident. */
export interface IncidentGroup {
  /** Incidents that its members were in, ascending: none for a new one, several where evidence ties them. */
  readonly incidentIds: readonly number[];
  /** Earliest start first, with what joined them now among their ties. */
  readonly members: readonly IncidentMember[];
  /** Those of the members that were joined to others now, by ids. */
  readonly joined: ReadonlySet<number>;
}
