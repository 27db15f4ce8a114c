import {
  type Cause,
  type Incident,
  IncidentChanged,
  IncidentDetail,
  IncidentList,
  type Moment,
} from '../../contract/incident.ts';
import { paint, print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient, idOf, userQuery } from '../server-client.ts';
import { labelText, queryText, wireTime } from '../wire-text.ts';

export interface ListIncidentsOptions extends ClientOptions {
  readonly status?: string;
  readonly severity?: string;
  readonly limit: string;
}

export interface ChangeIncidentOptions extends ClientOptions {
  readonly verb: 'acknowledge' | 'resolve' | 'merge' | 'notes';
  readonly body?: object;
}

const PATH = '/api/v1/incidents';
const HEAD = ['ID', 'STATUS', 'SEVERITY', 'STARTED', 'ENDED', 'ANOMALIES', 'WHAT'];

/** `incidents list` */
export async function listIncidentsCommand(options: ListIncidentsOptions): Promise<void> {
  const { status, severity, limit } = options;
  const path = `${PATH}?${queryText({ status, severity, limit })}`;
  const list = await createServerClient(options).get(path, IncidentList);
  if (options.json) printJson(list);
  else print(list.incidents.length === 0 ? 'No incident' : table(HEAD, list.incidents.map(cells)));
}

/** `incidents show ID` */
export async function showIncidentCommand(id: string, options: ClientOptions): Promise<void> {
  const incident = await createServerClient(options).get(pathOf(id), IncidentDetail);
  if (options.json) {
    printJson(incident);
    return;
  }
  const { series, entities } = incident.blast_radius;
  print(paint('bold', `Incident ${incident.id}: ${incident.title}`));
  print(`${incident.severity}, since ${wireTime(incident.started_at)} UTC, ${state(incident)}`);
  const touched = entities.map(labelText).join('; ');
  print(`Touches ${series} series${touched === '' ? '' : ` of ${touched}`}\n`);
  print(
    table(['SHARE', 'BEGAN', 'ANOMALY', 'SEVERITY', 'SERIES'], incident.causes.map(causeCells)),
  );
  print(`\n${table(['AT', 'WHAT', 'BY', ''], incident.timeline.map(momentCells))}`);
}

/** `incidents acknowledge|resolve|merge|note ID …` */
export async function changeIncidentCommand(
  id: string,
  { verb, body, ...options }: ChangeIncidentOptions,
): Promise<void> {
  const path = `${pathOf(id)}/${verb}?${userQuery()}`;
  const request = { method: 'POST', path, ...(body && { body }) } as const;
  const answer = await createServerClient(options).send(request, IncidentChanged);
  if (options.json) printJson(answer);
  else print(answer.message);
}

/** Ids as the command line has them. */
export function incidentId(text: string): number {
  return idOf(text, 'saimon incidents list');
}

function pathOf(id: string): string {
  return `${PATH}/${incidentId(id)}`;
}

function cells(incident: Incident): string[] {
  return [
    String(incident.id),
    incident.status,
    incident.severity,
    wireTime(incident.started_at),
    wireTime(incident.ended_at),
    String(incident.members),
    incident.title,
  ];
}

function state({ status, ...incident }: Incident): string {
  if (incident.merged_into !== null) return `part of incident ${incident.merged_into}`;
  if (status === 'acknowledged') return `acknowledged by ${incident.acknowledged_by}`;
  if (status === 'resolved') {
    const by = incident.resolved_by === null ? '' : ` by ${incident.resolved_by}`;
    return `resolved at ${wireTime(incident.resolved_at)}${by}`;
  }
  return incident.ended_at === null ? 'open' : `open, quiet since ${wireTime(incident.ended_at)}`;
}

function causeCells(cause: Cause): string[] {
  const labels = labelText(cause.labels);
  return [
    `${Math.round(100 * cause.contribution)} %`.padStart(5),
    wireTime(cause.started_at),
    String(cause.anomaly_id),
    cause.severity,
    `${cause.metric_name ?? 'removed query'}${labels === '' ? '' : `{${labels}}`}`,
  ];
}

function momentCells({ at, kind, user, text }: Moment): string[] {
  return [wireTime(at), kind, user ?? '', text];
}
