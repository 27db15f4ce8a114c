import { Reach } from '../contract/reach.ts';
import { print, printJson } from './output.ts';
import { type ClientOptions, createServerClient } from './server-client.ts';

/** What matchers meet now; prints it. */
export async function printReach(
  matchers: readonly string[],
  options: ClientOptions,
): Promise<void> {
  const asked = new URLSearchParams(
    matchers.map((one): [string, string] => ['matcher', one]),
  ).toString();
  const reach = await createServerClient(options).get(`/api/v1/reach?${asked}`, Reach);
  if (options.json) printJson(reach);
  else print([reach.sentence, ...reach.incidents.first.map(incidentLine)].join('\n'));
}

function incidentLine({ id, title, whole }: Reach['incidents']['first'][number]): string {
  return `  incident ${id}: ${title}${whole ? '' : ' (in part)'}`;
}
