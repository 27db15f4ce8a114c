import { Matches } from '../contract/matches.ts';
import { print, printJson } from './output.ts';
import { type ClientOptions, createServerClient } from './server-client.ts';

/** What matchers meet now; prints it. */
export async function printMatches(
  matchers: readonly string[],
  options: ClientOptions,
): Promise<void> {
  const asked = new URLSearchParams(
    matchers.map((one): [string, string] => ['matcher', one]),
  ).toString();
  const matches = await createServerClient(options).get(`/api/v1/matches?${asked}`, Matches);
  if (options.json) printJson(matches);
  else print([matches.sentence, ...matches.incidents.first.map(incidentLine)].join('\n'));
}

function incidentLine({ id, title, whole }: Matches['incidents']['first'][number]): string {
  return `  incident ${id}: ${title}${whole ? '' : ' (in part)'}`;
}
