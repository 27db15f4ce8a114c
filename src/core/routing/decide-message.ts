import { SEVERITIES, type Severity } from '../anomalies/severity.ts';
import { timeOfDay } from '../anomalies/spoken-time.ts';
import { hasBoundary } from '../calibration/alert-budget.ts';
import { type MaintenanceWindow, maintenanceAt, plannedWork } from '../context/maintenance.ts';
import { compileMatchers } from './matcher.ts';
import type { Route, Silence } from './route.ts';
import { matchableLabels, type RoutedIncident, type RoutedMember } from './routed-incident.ts';

export type MessageKind = 'firing' | 'updated' | 'resolved';

/** What a channel was told of an incident last. */
export interface Told {
  readonly state: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly members: number;
  readonly acknowledged: boolean;
  readonly atMs: number;
}

/** What one channel is to be told now: a message; nothing yet, or nothing at all, for a reason; or nothing. */
export type Decision =
  | { readonly kind: 'send'; readonly message: MessageKind }
  | {
      /** `wait`: it is collected or spaced, and then sent. */
      readonly kind: 'wait' | 'withhold';
      readonly message: MessageKind;
      readonly reason: string;
      /** When it may be otherwise; null when only a change of the incident can do that. */
      readonly untilMs: number | null;
    }
  | { readonly kind: 'nothing' };

export interface Circumstances {
  /** Those that name the channel. */
  readonly routes: readonly Route[];
  readonly silences: readonly Silence[];
  /** Planned work. */
  readonly windows: readonly MaintenanceWindow[];
  /** What the channel was told so far; undefined when it was told nothing. */
  readonly told: Told | undefined;
  /** Why its first message was held back before; undefined when it was not. */
  readonly withheldFor: string | undefined;
  readonly nowMs: number;
  /** Zone of quiet hours and of times in reasons. */
  readonly zone: string;
}

/** How soon an anomaly that was too small is looked at again: it grows without a change of its incident. */
const AGAIN_MS = 60_000;
const ENDED = '; its anomalies ended before it could be sent';
const NOTHING: Decision = { kind: 'nothing' };
const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * What a channel is to be told of an incident, a function of both alone. An end is always told to who was told of the beginning.
 * A beginning or an update passes the silences, planned work, and the first route that lets it; else the first
 * route's reason is given. A raised severity and an acknowledgement do not wait for the cooldown, more members do.
 */
export function decideMessage(incident: RoutedIncident, at: Circumstances): Decision {
  const { told } = at;
  if (told?.state === 'firing' && incident.status === 'resolved')
    return { kind: 'send', message: 'resolved' };
  const isOver = incident.status === 'resolved' || incident.members.length === 0;
  if (isOver || incident.formedAtMs === null) return NOTHING;
  const news = newsOf(incident, told);
  if (news === undefined) return NOTHING;
  const message = told?.state === 'firing' ? 'updated' : 'firing';
  const withhold = (reason: string, untilMs: number | null = null): Decision => {
    return { kind: 'withhold', message, reason, untilMs };
  };
  if (message === 'firing' && incident.status === 'acknowledged')
    return withhold(`acknowledged by ${incident.acknowledgedBy ?? 'somebody'} before it was sent`);
  const { withheldFor } = at;
  if (message === 'firing' && withheldFor !== undefined && incident.endedAtMs !== null)
    return withhold(withheldFor.endsWith(ENDED) ? withheldFor : withheldFor + ENDED);
  const heard = incident.members.map((member) => hearing(member, at));
  const loud = heard.flatMap(({ member, hush }) => (hush === undefined ? [member] : []));
  if (loud.length === 0) {
    const hushes = heard.flatMap(({ hush }) => (hush === undefined ? [] : [hush]));
    const reasons = [...new Set(hushes.map(({ reason }) => reason))].join(', ');
    return withhold(reasons, Math.min(...hushes.map(({ untilMs }) => untilMs)));
  }
  let first: Decision | undefined;
  for (const route of at.routes) {
    const concerns = compileMatchers(route.matchers);
    if (!loud.some((member) => concerns(matchableLabels(member)))) continue;
    const objection = objectionOf(route, { incident, loud, message, news, at });
    if (objection === undefined) return { kind: 'send', message };
    first ??= { message, ...objection };
  }
  return first ?? NOTHING;
}

type News = 'begun' | 'raised' | 'acknowledged' | 'grown';

/** What is worth telling since the channel was told last. */
function newsOf(incident: RoutedIncident, told: Told | undefined): News | undefined {
  if (told === undefined || told.state === 'resolved') return 'begun';
  if (rankOf(incident.severity) > rankOf(told.severity)) return 'raised';
  const isSeen = incident.status === 'acknowledged';
  if (isSeen && !told.acknowledged) return 'acknowledged';
  // Who was told that somebody looks at it need not hear of every further anomaly.
  return !isSeen && incident.members.length > told.members ? 'grown' : undefined;
}

type Objection = Pick<
  Extract<Decision, { kind: 'wait' | 'withhold' }>,
  'kind' | 'reason' | 'untilMs'
>;

/** Whether an anomaly may tell anybody now. */
function hearing(
  member: RoutedMember,
  { silences, windows, nowMs, zone }: Circumstances,
): { readonly member: RoutedMember; readonly hush?: { reason: string; untilMs: number } } {
  const labels = matchableLabels(member);
  const silence = silences.find(
    ({ startsAtMs, endsAtMs, matchers }) =>
      startsAtMs <= nowMs && nowMs < endsAtMs && compileMatchers(matchers)(labels),
  );
  if (silence)
    return { member, hush: { reason: `silenced by ${silence.id}`, untilMs: silence.endsAtMs } };
  const planned = maintenanceAt(windows, labels, { timeMs: nowMs, zone });
  if (planned === undefined) return { member };
  const reason = `${plannedWork(planned.window.title)} until ${timeOfDay(planned.span.endMs, zone)}`;
  return { member, hush: { reason, untilMs: planned.span.endMs } };
}

interface Proposal {
  readonly incident: RoutedIncident;
  readonly loud: readonly RoutedMember[];
  readonly message: MessageKind;
  readonly news: News;
  readonly at: Circumstances;
}

function withheld(reason: string, untilMs: number | null = null): Objection {
  return { kind: 'withhold', reason, untilMs };
}

/** Why a route does not let a message pass now; undefined when it does. */
function objectionOf(
  route: Route,
  { incident, loud, message, news, at: { told, nowMs, zone } }: Proposal,
): Objection | undefined {
  if (rankOf(incident.severity) < rankOf(route.minSeverity))
    return withheld(`below min_severity ${route.minSeverity} of ${route.name}`);
  const confidence = Math.max(...loud.map((member) => member.confidence ?? 1));
  if (confidence < route.minConfidence)
    return withheld(`below min_confidence ${route.minConfidence} of ${route.name}`);
  const ratio = Math.max(...loud.map(budgetedRatio));
  if (message === 'firing' && ratio < route.leastRatio) {
    const untilMs = incident.endedAtMs === null ? nowMs + AGAIN_MS : null;
    const found = `deviation ratio ${ratio.toFixed(2)} of ${route.leastRatio.toFixed(2)}`;
    return withheld(`below the alert budget of ${route.name}: ${found}`, untilMs);
  }
  const quietHours = route.quietHours.map((when) => ({ title: '', matchers: {}, when }));
  const quiet = maintenanceAt(quietHours, {}, { timeMs: nowMs, zone })?.span;
  if (quiet) {
    const until = timeOfDay(quiet.endMs, zone);
    return withheld(`quiet hours of ${route.name} until ${until}`, quiet.endMs);
  }
  const isUrgent = rankOf(incident.severity) >= rankOf('high');
  const collectedMs = (incident.formedAtMs ?? nowMs) + route.groupWaitMs;
  if (message === 'firing' && !isUrgent && nowMs < collectedMs) {
    const reason = `waits until ${timeOfDay(collectedMs, zone)} for what belongs to it`;
    return { kind: 'wait', reason, untilMs: collectedMs };
  }
  const cooledMs = (told?.atMs ?? Number.NEGATIVE_INFINITY) + route.cooldownMs;
  if ((news === 'grown' || news === 'begun') && nowMs < cooledMs) {
    const reason = `cooldown until ${timeOfDay(cooledMs, zone)}`;
    return { kind: 'wait', reason, untilMs: cooledMs };
  }
  return undefined;
}

/** What a budget weighs; it cannot make room for kinds that have no boundary. */
function budgetedRatio({ kind, ratio }: RoutedMember): number {
  return hasBoundary(kind) ? ratio : Number.POSITIVE_INFINITY;
}
