import { parseDuration } from '../../base/duration.ts';
import {
  MaintenanceWindow,
  MaintenanceWindowList,
  MaintenanceWindowRemoved,
} from '../../contract/maintenance-window.ts';
import { parseTime } from '../../contract/time.ts';
import { matcherText } from '../../core/routing/matcher.ts';
import { parseLabels } from '../declared-settings.ts';
import { UsageError } from '../failure.ts';
import { printMatches } from '../matches.ts';
import { print, printJson, table } from '../output.ts';
import { removeOne } from '../remove-one.ts';
import { type ClientOptions, createServerClient, everyRow, userQuery } from '../server-client.ts';
import { labelText, wireTime } from '../wire-text.ts';

export interface AddMaintenanceOptions extends ClientOptions {
  readonly match?: string;
  readonly start?: string;
  readonly end?: string;
  readonly for?: string;
  readonly weekly?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

const PATH = '/api/v1/maintenance-windows';

/** `maintenance list` */
export async function listMaintenanceCommand(options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  const ask = (part: string) => client.get(`${PATH}?${part}`, MaintenanceWindowList);
  const windows = await everyRow(ask, (list) => list.maintenance_windows);
  if (options.json) printJson({ total: windows.length, maintenance_windows: windows });
  else print(windows.length === 0 ? 'No work is planned' : table(HEAD, windows.map(cells)));
}

/** `maintenance add [TITLE]` */
export async function addMaintenanceCommand(
  title: string | undefined,
  { match, start, weekly, reason, dryRun, ...options }: AddMaintenanceOptions,
): Promise<void> {
  const labels = parseLabels(match, '--match');
  if (dryRun) {
    const matchers = Object.entries(labels).map(([name, value]) =>
      matcherText({ name, op: '=', value }),
    );
    return printMatches(matchers, options);
  }
  const body = {
    title,
    match: labels,
    starts_at: start,
    ends_at: options.for === undefined ? options.end : endAfter(options.for, start),
    weekly,
    reason,
  };
  const request = { method: 'POST', path: `${PATH}?${userQuery()}`, body } as const;
  const window = await createServerClient(options).send(request, MaintenanceWindow);
  if (options.json) printJson(window);
  else print(`Maintenance window ${window.id} planned: ${when(window)}`);
}

/** `maintenance remove ID` */
export async function removeMaintenanceCommand(id: string, options: ClientOptions): Promise<void> {
  return removeOne(
    { id, path: PATH, list: 'saimon maintenance list', schema: MaintenanceWindowRemoved },
    options,
  );
}

function endAfter(text: string, start: string | undefined): string {
  const startMs = start === undefined ? Date.now() : parseTime(start);
  if (startMs === undefined) {
    throw new UsageError(
      `Cannot use --start ${start}: expected a time such as 2026-12-01T22:00:00Z`,
    );
  }
  try {
    return new Date(startMs + parseDuration(text)).toISOString();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot use --for ${text}: ${reason}`, { cause: error });
  }
}

const HEAD = ['ID', 'TITLE', 'WHEN', 'NOW', 'MATCH', 'FROM', 'BY'];

function cells(window: MaintenanceWindow): string[] {
  return [
    String(window.id),
    window.title,
    when(window),
    window.active ? 'on' : '',
    labelText(window.match),
    window.origin,
    window.created_by,
  ];
}

function when({ weekly, starts_at: start, ends_at: end }: MaintenanceWindow): string {
  return weekly ?? `${wireTime(start)} to ${wireTime(end)}`;
}
