import { Silence, SilenceList } from '../../contract/silence.ts';
import { matcherText } from '../../core/routing/matcher.ts';
import { printMatches } from '../matches.ts';
import { print, printJson, table } from '../output.ts';
import {
  type ClientOptions,
  createServerClient,
  everyRow,
  idOf,
  userQuery,
} from '../server-client.ts';
import { wireTime } from '../wire-text.ts';

export interface ListSilencesOptions extends ClientOptions {
  readonly all?: boolean;
}

export interface AddSilenceOptions extends ClientOptions {
  readonly for?: string;
  readonly start?: string;
  readonly end?: string;
  readonly comment?: string;
  readonly dryRun?: boolean;
}

const PATH = '/api/v1/silences';
const HEAD = ['ID', 'NOW', 'FROM', 'UNTIL', 'MATCHERS', 'BY', 'COMMENT'];

/** `silence list` */
export async function listSilencesCommand({ all, ...options }: ListSilencesOptions): Promise<void> {
  const client = createServerClient(options);
  const active = all ? '' : 'active=true&';
  const ask = (part: string) => client.get(`${PATH}?${active}${part}`, SilenceList);
  const silences = await everyRow(ask, (list) => list.silences);
  if (options.json) printJson({ total: silences.length, silences });
  else print(silences.length === 0 ? 'Nothing is silenced' : table(HEAD, silences.map(cells)));
}

/** `silence add MATCHER…` */
export async function addSilenceCommand(
  matchers: readonly string[],
  { for: length, start, end, comment, dryRun, ...options }: AddSilenceOptions,
): Promise<void> {
  if (dryRun) return printMatches(matchers, options);
  const duration = length ?? (end === undefined ? '2h' : undefined);
  const body = { matchers, starts_at: start, ends_at: end, duration, comment };
  const request = { method: 'POST', path: `${PATH}?${userQuery()}`, body } as const;
  const silence = await createServerClient(options).send(request, Silence);
  if (options.json) printJson(silence);
  else print(`Silence ${silence.id}: ${matchersText(silence)} until ${wireTime(silence.ends_at)}`);
}

/** `silence expire ID` */
export async function expireSilenceCommand(id: string, options: ClientOptions): Promise<void> {
  const path = `${PATH}/${idOf(id, 'saimon silence list')}/expire?${userQuery()}`;
  const silence = await createServerClient(options).post(path, Silence);
  if (options.json) printJson(silence);
  else print(`Silence ${silence.id} ended: what still goes on is told now`);
}

function cells(silence: Silence): string[] {
  return [
    String(silence.id),
    silence.status,
    wireTime(silence.starts_at),
    wireTime(silence.ends_at),
    matchersText(silence),
    silence.created_by,
    silence.comment,
  ];
}

function matchersText({ matchers }: Silence): string {
  return matchers.map(matcherText).join(', ');
}
