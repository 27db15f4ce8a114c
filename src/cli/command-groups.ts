import { type Command, Option } from 'commander';
import { command, URL_OPTION } from './command.ts';

export function addConfig(program: Command): void {
  const config = program.command('config').description('check, show or import the configuration');
  command(config, 'check', 'say everything that is wrong with it', 'saimon config check saimon.yml')
    .argument('[file]', 'the configuration')
    .action(async (file: string | undefined, _, own: Command) =>
      (await import('./commands/config.ts')).checkCommand(file, own.optsWithGlobals()),
    );
  command(
    config,
    'print',
    'what is in force, defaults included, secrets masked',
    'saimon config print',
  ).action(async (_, own: Command) =>
    (await import('./commands/config.ts')).printCommand(own.optsWithGlobals()),
  );
  command(
    config,
    'import',
    "make saimon.yml from the original SAIMon's ml_config.yml or from vmanomaly's configuration",
    'saimon config import ml_config.yml > saimon.yml',
  )
    .argument('<file>', 'ml_config.yml or vmanomaly.yml')
    .action(async (file: string) => (await import('./commands/config.ts')).importCommand(file));
  command(
    config,
    'schema',
    'the JSON Schema of saimon.yml, for editors',
    'saimon config schema > saimon.schema.json',
  ).action(async () => (await import('./commands/config.ts')).schemaCommand());
  command(
    config,
    'docs',
    'every key and variable with default and meaning, as Markdown',
    'saimon config docs > CONFIGURATION.md',
  ).action(async () => (await import('./commands/config.ts')).docsCommand());
}

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('versions of the models of a running SAIMon: list, put back, train');
  command(models, 'list', 'every version, newest first', 'saimon models list --active')
    .option('--active', 'only those in force')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/models.ts')).listCommand(own.optsWithGlobals()),
    );
  command(models, 'versions', 'those of one detector and series', 'saimon models versions 12')
    .argument('<id>', 'any of them')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/models.ts')).versionsCommand(id, own.optsWithGlobals()),
    );
  command(models, 'rollback', 'put the version before in force again', 'saimon models rollback 12')
    .argument('<id>', 'any version of the same detector and series')
    .option('--to <version>', 'this version instead, such as 2026-11-22.1')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/models.ts')).rollbackCommand(id, own.optsWithGlobals()),
    );
  command(models, 'train', 'train the series of a model soon', 'saimon models train 12')
    .argument('<id>', 'any of its models')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/models.ts')).trainModelCommand(id, own.optsWithGlobals()),
    );
}

/** What people declare. */
export function addDeclared(program: Command): void {
  const events = program
    .command('events')
    .description('deploys and other changes, as a running SAIMon knows them: list, add, remove');
  command(events, 'list', 'newest first', 'saimon events list --kind deploy')
    .option('--kind <kind>', 'only those of this kind')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/events.ts')).listEventsCommand(own.optsWithGlobals()),
    );
  command(events, 'add', 'declare one', 'saimon events add deploy "api v1.2" --labels service=api')
    .argument('[kind]', 'events of one kind are expected to have like consequences', 'deploy')
    .argument('[title]', 'for people')
    .option('--labels <pairs>', 'what it is about, such as service=api')
    .option('--start <time>', 'default: now')
    .option('--end <time>', 'when it is over')
    .option('--key <text>', 'told again with it, it is the same event')
    .option('--reason <text>')
    .option(...URL_OPTION)
    .action(async (kind: string, title: string | undefined, _, own: Command) =>
      (await import('./commands/events.ts')).addEventCommand(
        { kind, title },
        own.optsWithGlobals(),
      ),
    );
  command(events, 'remove', 'take one back', 'saimon events remove 12')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/events.ts')).removeEventCommand(id, own.optsWithGlobals()),
    );

  const work = program
    .command('maintenance')
    .description('planned work, as a running SAIMon knows it: list, add, remove');
  command(work, 'list', 'newest first', 'saimon maintenance list')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/maintenance.ts')).listMaintenanceCommand(own.optsWithGlobals()),
    );
  command(
    work,
    'add',
    'plan some: anomalies within it alert nobody',
    'saimon maintenance add "Upgrade" --for 2h --match host=db-1',
  )
    .argument('[title]', 'for people')
    .option('--match <pairs>', 'labels that series must have to be concerned, such as host=db-1')
    .option('--start <time>', 'default: now')
    .addOption(new Option('--end <time>', 'when it is over').conflicts('for'))
    .option('--for <duration>', 'how long it takes, such as 2h')
    .option('--weekly <hours>', 'every week instead, such as "sun 02:00-04:00"')
    .option('--dry-run', 'only say which series and open incidents it meets')
    .option('--reason <text>')
    .option(...URL_OPTION)
    .action(async (title: string | undefined, _, own: Command) =>
      (await import('./commands/maintenance.ts')).addMaintenanceCommand(
        title,
        own.optsWithGlobals(),
      ),
    );
  command(work, 'remove', 'end it, or give it up', 'saimon maintenance remove 12')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/maintenance.ts')).removeMaintenanceCommand(
        id,
        own.optsWithGlobals(),
      ),
    );

  const days = program
    .command('calendars')
    .description('days that are like a weekend, as a running SAIMon knows them: list, add, remove');
  command(days, 'list', 'newest first', 'saimon calendars list')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/calendars.ts')).listCalendarsCommand(own.optsWithGlobals()),
    );
  command(
    days,
    'add',
    'read one, in the place of that of its name',
    'saimon calendars add days.ics',
  )
    .argument('<file>', 'iCalendar, or a date and a name a line')
    .option('--name <name>', 'default: that of the file')
    .option('--reason <text>')
    .option(...URL_OPTION)
    .action(async (file: string, _, own: Command) =>
      (await import('./commands/calendars.ts')).addCalendarCommand(file, own.optsWithGlobals()),
    );
  command(days, 'remove', 'its days are like any other again', 'saimon calendars remove 12')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/calendars.ts')).removeCalendarCommand(id, own.optsWithGlobals()),
    );
}

/** What came of false alarms. */
export function addRules(program: Command): void {
  const rules = program
    .command('rules')
    .description(
      'what quiets false alarms of a running SAIMon: list, propose, accept, disable, remove',
    );
  command(rules, 'list', 'newest first, with how often each acted', 'saimon rules list')
    .option('--status <status>', 'only those that are proposed, accepted, off, rejected or removed')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/rules.ts')).listRulesCommand(own.optsWithGlobals()),
    );
  command(
    rules,
    'propose',
    'what would have quieted an anomaly, and what else',
    'saimon rules propose 17 --accept 1',
  )
    .argument('<anomaly>', 'its number')
    .addOption(new Option('--scope <scope>', 'what it is about').choices(['series', 'query']))
    .option('--match <pairs>', 'or what has all of these labels, such as host=db-1')
    .option('--weeks <count>', 'how much of the past counts', '4')
    .option('--accept <no>', 'let this one act from the next detection run on')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/rules.ts')).proposeRulesCommand(id, own.optsWithGlobals()),
    );
  const switches = [
    ['accept', 'enable', 'let a rule act from the next detection run on'],
    ['disable', 'disable', 'switch a rule off'],
  ] as const;
  for (const [name, verb, what] of switches) {
    command(rules, name, what, `saimon rules ${name} 3`)
      .argument('<id>', 'see list')
      .option(...URL_OPTION)
      .action(async (id: string, _, own: Command) =>
        (await import('./commands/rules.ts')).switchRuleCommand(id, {
          ...own.optsWithGlobals(),
          verb,
        }),
      );
  }
  command(rules, 'remove', 'reject a proposal, or remove a rule', 'saimon rules remove 3')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/rules.ts')).removeRuleCommand(id, own.optsWithGlobals()),
    );
}

/** What really happened, and how that went. */
export function addTruth(program: Command): void {
  command(
    program,
    'report',
    'hold what a running SAIMon paged against what really happened',
    'saimon report --since 30d --report report.html',
  )
    .option('--since <duration>', 'default: 30 days, or since the first series was met')
    .option('--lead <duration>', 'how early a page may come', '1h')
    .option('--report <file>', 'the report as one HTML page')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/report.ts')).reportCommand(own.optsWithGlobals()),
    );
  const truth = program
    .command('truth')
    .description('what really happened, as a running SAIMon knows it: import, list, remove');
  command(truth, 'import', 'read incidents', 'saimon truth import incidents.csv')
    .argument('<file>', 'CSV: start,end,name[,label columns]')
    .option('--tz <zone>', 'zone of times without one', 'UTC')
    .option(...URL_OPTION)
    .action(async (file: string, _, own: Command) =>
      (await import('./commands/truth.ts')).importTruthCommand(file, own.optsWithGlobals()),
    );
  command(truth, 'list', 'newest first', 'saimon truth list')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/truth.ts')).listTruthCommand(own.optsWithGlobals()),
    );
  command(truth, 'remove', 'take one back', 'saimon truth remove 12')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/truth.ts')).removeTruthCommand(id, own.optsWithGlobals()),
    );
}
