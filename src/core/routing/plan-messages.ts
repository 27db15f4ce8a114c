import type { MaintenanceWindow } from '../context/maintenance.ts';
import { type Decision, decideMessage, type Told } from './decide-message.ts';
import { draftMessage, type IncidentMessage, incidentLabels } from './incident-message.ts';
import type { Route, Silence } from './route.ts';
import type { RoutedIncident } from './routed-incident.ts';

/** What a channel was told of an incident so far. */
export interface Thread extends Told {
  readonly incidentId: number;
  readonly channel: string;
  /** As they were told first. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A message that is held back. */
export interface PendingMessage {
  readonly incidentId: number;
  readonly channel: string;
  readonly status: 'waiting' | 'withheld';
  readonly reason: string;
}

/** Incidents about which routes are asked, and what became of them so far. */
export interface ToRoute {
  readonly incidents: readonly RoutedIncident[];
  readonly threads: readonly Thread[];
  readonly pending: readonly PendingMessage[];
}

export interface RoutingRules {
  /** Every channel there is, by name. */
  readonly channels: readonly string[];
  readonly routes: readonly Route[];
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
  readonly nowMs: number;
  readonly zone: string;
}

/** A message that a channel is to get now. */
export interface SentDraft {
  readonly channel: string;
  readonly told: Told;
  readonly message: IncidentMessage;
}

/** One that it does not get, for a reason. */
export interface WithheldDraft {
  readonly incidentId: number;
  readonly channel: string;
  readonly kind: IncidentMessage['kind'];
  readonly status: 'waiting' | 'withheld';
  readonly reason: string;
  readonly untilMs: number | null;
}

export interface RoutingPlan {
  readonly sent: readonly SentDraft[];
  readonly withheld: readonly WithheldDraft[];
  /** Messages that were held back and that nobody needs any more. */
  readonly dropped: readonly PendingMessage[];
  /** When to ask about each incident again; null: when it changes. */
  readonly again: readonly { readonly incidentId: number; readonly atMs: number | null }[];
}

/** What every channel is told of every incident now, a function of the arguments alone: see `decideMessage`. */
export function planMessages(
  { incidents, threads, pending }: ToRoute,
  rules: RoutingRules,
): RoutingPlan {
  const threadOf = new Map(threads.map((one) => [keyOf(one), one]));
  const pendingOf = new Map(pending.map((one) => [keyOf(one), one]));
  const sent: SentDraft[] = [];
  const withheld: WithheldDraft[] = [];
  const dropped: PendingMessage[] = [];
  const again: { incidentId: number; atMs: number | null }[] = [];
  const { nowMs } = rules;
  for (const incident of incidents) {
    const { id: incidentId } = incident;
    let atMs: number | null = null;
    for (const channel of rules.channels) {
      const thread = threadOf.get(keyOf({ incidentId, channel }));
      const held = pendingOf.get(keyOf({ incidentId, channel }));
      const routes = rules.routes.filter((route) => route.channels.includes(channel));
      const withheldFor = held?.status === 'withheld' ? held.reason : undefined;
      const decision: Decision = decideMessage(incident, {
        ...rules,
        routes,
        told: thread,
        withheldFor,
      });
      if (decision.kind === 'send') {
        const labels = thread?.labels ?? incidentLabels(incident);
        const message = draftMessage(decision.message, incident, { labels, nowMs });
        sent.push({ channel, message, told: toldBy(message, incident, nowMs) });
      } else if (decision.kind === 'nothing') {
        if (held) dropped.push(held);
      } else {
        const { kind, message, reason, untilMs } = decision;
        const status = kind === 'wait' ? 'waiting' : 'withheld';
        withheld.push({ incidentId, channel, kind: message, status, reason, untilMs });
        if (untilMs !== null) atMs = Math.min(atMs ?? untilMs, untilMs);
      }
    }
    again.push({ incidentId, atMs });
  }
  return { sent, withheld, dropped, again };
}

function keyOf({ incidentId, channel }: Pick<PendingMessage, 'incidentId' | 'channel'>): string {
  return `${incidentId} ${channel}`;
}

function toldBy({ kind }: IncidentMessage, incident: RoutedIncident, nowMs: number): Told {
  return {
    state: kind === 'resolved' ? 'resolved' : 'firing',
    severity: incident.severity,
    members: incident.members.length,
    acknowledged: incident.status === 'acknowledged',
    atMs: nowMs,
  };
}
