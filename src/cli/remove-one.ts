import type * as z from 'zod';
import { print, printJson } from './output.ts';
import { type ClientOptions, createServerClient, idOf, userQuery } from './server-client.ts';

export interface Removal {
  /** As the command line has it. */
  readonly id: string;
  /** The list that it is taken from, and the command that shows that. */
  readonly path: string;
  readonly list: string;
  readonly schema: z.ZodType<{ readonly message: string }>;
}

/** Removes one thing that a running SAIMon knows, and says what that means. */
export async function removeOne(
  { id, path, list, schema }: Removal,
  options: ClientOptions,
): Promise<void> {
  const one = `${path}/${idOf(id, list)}?${userQuery()}`;
  const answer = await createServerClient(options).send({ method: 'DELETE', path: one }, schema);
  if (options.json) printJson(answer);
  else print(answer.message);
}
