import type { Command } from 'commander';

/** Of commands that ask a running SAIMon. */
export const URL_OPTION = ['--url <address>', 'address of the running SAIMon'] as const;

/** A command with its example. */
export function command(
  parent: Command,
  name: string,
  description: string,
  example: string,
): Command {
  return parent
    .command(name)
    .description(description)
    .addHelpText('after', `\nExample:\n  ${example}`);
}
