import { entityOf } from '../entity/entity-of.ts';
import { labelsKey } from '../labels.ts';
import type { IncidentGroup } from './incident-group.ts';
import type { IncidentMember } from './incident-member.ts';
import type { Tie } from './tie.ts';

/** Which of some anomalies are together, and what joined them: sets that only grow. */
export class Together {
  readonly #ordered: readonly IncidentMember[];
  readonly #parents: Int32Array;
  readonly #rows: ReadonlyMap<number, number>;
  readonly #ties = new Map<number, Tie[]>();

  /** Everyone alone, but for those that were in one incident before. `ordered`: earliest start first. */
  constructor(ordered: readonly IncidentMember[]) {
    this.#ordered = ordered;
    this.#parents = Int32Array.from(ordered, (_, row) => row);
    this.#rows = new Map(ordered.map(({ id }, row) => [id, row]));
    const firstOf = new Map<number, number>();
    ordered.forEach(({ incidentId }, row) => {
      if (incidentId === null) return;
      const first = firstOf.get(incidentId);
      if (first === undefined) firstOf.set(incidentId, row);
      else this.#join(row, first);
    });
  }

  /** Puts an anomaly together with the one that `tie` names, and keeps the tie where they were apart. */
  tie(anomalyId: number, tie: Tie): void {
    if (!this.#join(this.#rowOf(anomalyId), this.#rowOf(tie.anomalyId))) return;
    this.#ties.set(anomalyId, [...(this.#ties.get(anomalyId) ?? []), tie]);
  }

  /** How many entities would be touched by what two anomalies are in. */
  placesOf(...anomalyIds: readonly number[]): number {
    const roots = new Set(anomalyIds.map((id) => this.#rootOf(this.#rowOf(id))));
    const places = this.#ordered
      .filter((_, row) => roots.has(this.#rootOf(row)))
      .map(({ labels }) => labelsKey(entityOf(labels) ?? labels));
    return new Set(places).size;
  }

  groups(): IncidentGroup[] {
    const groups = new Map<number, IncidentMember[]>();
    this.#ordered.forEach((member, row) => {
      const root = this.#rootOf(row);
      const group = groups.get(root);
      if (group) group.push(member);
      else groups.set(root, [member]);
    });
    return [...groups.values()].map((members) => ({
      incidentIds: incidentIdsOf(members),
      members: members.map((member) => {
        const found = this.#ties.get(member.id);
        return found ? { ...member, ties: [...member.ties, ...found] } : member;
      }),
      joined: new Set(members.flatMap(({ id }) => (this.#ties.has(id) ? [id] : []))),
    }));
  }

  #rowOf(anomalyId: number): number {
    const row = this.#rows.get(anomalyId);
    if (row === undefined)
      throw new RangeError(`Cannot tie anomaly ${anomalyId}: it is not one of these`);
    return row;
  }

  #rootOf(row: number): number {
    let root = row;
    while (this.#parents[root] !== root) root = this.#parents[root];
    this.#parents[row] = root;
    return root;
  }

  /** False where they are together already. */
  #join(a: number, b: number): boolean {
    const [first, second] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
    return first !== second;
  }
}

function incidentIdsOf(members: readonly IncidentMember[]): number[] {
  const ids = members.flatMap(({ incidentId }) => (incidentId === null ? [] : [incidentId]));
  return [...new Set(ids)].toSorted((a, b) => a - b);
}
