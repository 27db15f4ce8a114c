import { Event, EventList, EventRemoved } from '../../contract/event.ts';
import { parseLabels } from '../declared-settings.ts';
import { print, printJson, table } from '../output.ts';
import { removeOne } from '../remove-one.ts';
import { type ClientOptions, createServerClient, everyRow, userQuery } from '../server-client.ts';
import { labelText, wireTime } from '../wire-text.ts';

export interface ListEventsOptions extends ClientOptions {
  readonly kind?: string;
}

export interface AddEventOptions extends ClientOptions {
  readonly labels?: string;
  readonly start?: string;
  readonly end?: string;
  readonly key?: string;
  readonly reason?: string;
}

/** `events list` */
export async function listEventsCommand(options: ListEventsOptions): Promise<void> {
  const client = createServerClient(options);
  const kind = options.kind === undefined ? '' : `kind=${encodeURIComponent(options.kind)}&`;
  const ask = (part: string) => client.get(`/api/v1/events?${kind}${part}`, EventList);
  const events = await everyRow(ask, (list) => list.events);
  if (options.json) printJson({ total: events.length, events });
  else print(events.length === 0 ? 'No event is declared' : table(HEAD, events.map(cells)));
}

/** `events add [KIND] [TITLE]` */
export async function addEventCommand(
  { kind, title }: { readonly kind?: string | undefined; readonly title?: string | undefined },
  { labels, start, end, key, reason, ...options }: AddEventOptions,
): Promise<void> {
  const path = `/api/v1/events?${userQuery()}`;
  const body = {
    kind,
    title,
    labels: parseLabels(labels),
    started_at: start,
    ended_at: end,
    key,
    reason,
  };
  const event = await createServerClient(options).send({ method: 'POST', path, body }, Event);
  if (options.json) printJson(event);
  else print(`Event ${event.id} declared: ${event.kind} at ${wireTime(event.started_at)}`);
}

/** `events remove ID` */
export async function removeEventCommand(id: string, options: ClientOptions): Promise<void> {
  return removeOne(
    { id, path: '/api/v1/events', list: 'saimon events list', schema: EventRemoved },
    options,
  );
}

const HEAD = ['ID', 'KIND', 'TITLE', 'STARTED', 'ENDED', 'LABELS', 'FROM', 'BY'];

function cells(event: Event): string[] {
  return [
    String(event.id),
    event.kind,
    event.title,
    wireTime(event.started_at),
    wireTime(event.ended_at),
    labelText(event.labels),
    event.source,
    event.created_by,
  ];
}
