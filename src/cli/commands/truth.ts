import {
  type TruthIncident,
  TruthIncidentList,
  TruthIncidentRemoved,
  TruthIncidentsKept,
} from '../../contract/truth-incident.ts';
import { readIncidents } from '../../sources/csv/read-incidents.ts';
import { print, printJson, table } from '../output.ts';
import { removeOne } from '../remove-one.ts';
import { type ClientOptions, createServerClient, everyRow, userQuery } from '../server-client.ts';
import { labelText, wireTime } from '../wire-text.ts';

export interface ImportTruthOptions extends ClientOptions {
  readonly tz: string;
}

const PATH = '/api/v1/truth-incidents';
const AT_ONCE = 1000;

/** `truth import FILE` */
export async function importTruthCommand(
  file: string,
  { tz: zone, ...options }: ImportTruthOptions,
): Promise<void> {
  const incidents = (await readIncidents(file, { zone })).map((one) => ({
    name: one.name,
    labels: one.labels,
    started_at: new Date(one.startMs).toISOString(),
    ...(one.endMs !== null && { ended_at: new Date(one.endMs).toISOString() }),
  }));
  const client = createServerClient(options);
  let added = 0;
  for (let from = 0; from < incidents.length; from += AT_ONCE) {
    const body = { source: 'csv', incidents: incidents.slice(from, from + AT_ONCE) };
    const request = { method: 'POST', path: `${PATH}?${userQuery()}`, body } as const;
    added += (await client.send(request, TruthIncidentsKept)).added;
  }
  if (options.json) printJson({ read: incidents.length, added });
  else print(`${incidents.length} incidents read, ${added} of them new`);
}

/** `truth list` */
export async function listTruthCommand(options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  const ask = (part: string) => client.get(`${PATH}?${part}`, TruthIncidentList);
  const incidents = await everyRow(ask, (list) => list.truth_incidents);
  if (options.json) printJson({ total: incidents.length, truth_incidents: incidents });
  else
    print(incidents.length === 0 ? 'No incident is recorded' : table(HEAD, incidents.map(cells)));
}

/** `truth remove ID` */
export async function removeTruthCommand(id: string, options: ClientOptions): Promise<void> {
  return removeOne(
    { id, path: PATH, list: 'saimon truth list', schema: TruthIncidentRemoved },
    options,
  );
}

const HEAD = ['ID', 'NAME', 'STARTED', 'ENDED', 'LABELS', 'FROM', 'BY'];

function cells(one: TruthIncident): string[] {
  return [
    String(one.id),
    one.name,
    wireTime(one.started_at),
    wireTime(one.ended_at),
    labelText(one.labels),
    one.source,
    one.created_by,
  ];
}
