import { type Command, Option } from 'commander';
import { command, URL_OPTION } from './command.ts';

/** Whom to tell, and when not. */
export function addNotify(program: Command): void {
  const channels = program
    .command('channels')
    .description('where messages of a running SAIMon go: list, test');
  command(channels, 'list', 'with how their messages went', 'saimon channels list')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/channels.ts')).listChannelsCommand(own.optsWithGlobals()),
    );
  command(channels, 'test', 'send a real message that says so', 'saimon channels test ops')
    .argument('<name>', 'see list')
    .option(...URL_OPTION)
    .action(async (name: string, _, own: Command) =>
      (await import('./commands/channels.ts')).testChannelCommand(name, own.optsWithGlobals()),
    );

  const silence = program
    .command('silence')
    .description('anomalies that are kept but tell nobody: list, add, expire');
  command(silence, 'list', 'those that go on or are to come', 'saimon silence list')
    .option('--all', 'those that have ended too')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/silence.ts')).listSilencesCommand(own.optsWithGlobals()),
    );
  command(
    silence,
    'add',
    'keep what meets all matchers quiet, for two hours unless said otherwise',
    `saimon silence add 'instance=~"web-.*"' --for 4h --comment "new disks"`,
  )
    .argument('<matchers...>', 'labels, tags, severity or __name__, with =, !=, =~ or !~')
    .option('--for <duration>', 'how long, such as 4h')
    .addOption(new Option('--end <time>', 'until when').conflicts('for'))
    .option('--start <time>', 'default: now')
    .option('--comment <text>', 'why')
    .option('--dry-run', 'only say which series and open incidents the matchers meet')
    .option(...URL_OPTION)
    .action(async (matchers: string[], _, own: Command) =>
      (await import('./commands/silence.ts')).addSilenceCommand(matchers, own.optsWithGlobals()),
    );
  command(silence, 'expire', 'end one now', 'saimon silence expire 3')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/silence.ts')).expireSilenceCommand(id, own.optsWithGlobals()),
    );

  command(
    program,
    'notifications',
    'what channels were told, or why not, newest first',
    'saimon notifications --status failed',
  )
    .option('--incident <id>', 'only those of this incident')
    .option('--channel <name>', 'only those to this channel')
    .addOption(
      new Option('--status <status>', 'only those').choices([
        'waiting',
        'withheld',
        'queued',
        'sent',
        'failed',
        'skipped',
      ]),
    )
    .option('--limit <count>', 'how many', '50')
    .option('--retry <id>', 'send again what was given up')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/notifications.ts')).notificationsCommand(own.optsWithGlobals()),
    );
}
