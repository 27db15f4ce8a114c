import { type Command, Option } from 'commander';
import { SEVERITIES } from '../core/anomalies/severity.ts';
import { command, URL_OPTION } from './command.ts';

/** What is wrong, who looks at it, and who changed what. */
export function addIncidents(program: Command): void {
  const incidents = program
    .command('incidents')
    .description(
      'troubles that a running SAIMon found: list, show, acknowledge, resolve, merge, note',
    );
  command(incidents, 'list', 'newest first', 'saimon incidents list --status open')
    .addOption(
      new Option('--status <status>', 'only those').choices(['open', 'acknowledged', 'resolved']),
    )
    .addOption(new Option('--severity <severity>', 'only those').choices(SEVERITIES))
    .option('--limit <count>', 'how many', '50')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/incidents.ts')).listIncidentsCommand(own.optsWithGlobals()),
    );
  command(incidents, 'show', 'what moved first, and what happened', 'saimon incidents show 4')
    .argument('<id>', 'see list')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/incidents.ts')).showIncidentCommand(id, own.optsWithGlobals()),
    );
  const says = [
    ['acknowledge', 'say that you look at it'],
    ['resolve', 'say that it is over'],
  ] as const;
  for (const [verb, what] of says) {
    command(incidents, verb, what, `saimon incidents ${verb} 4`)
      .argument('<id>', 'see list')
      .option(...URL_OPTION)
      .action(async (id: string, _, own: Command) =>
        (await import('./commands/incidents.ts')).changeIncidentCommand(id, {
          ...own.optsWithGlobals(),
          verb,
        }),
      );
  }
  command(incidents, 'merge', 'make others a part of it', 'saimon incidents merge 4 7')
    .argument('<id>', 'see list')
    .argument('<others...>', 'those that become a part of it')
    .option(...URL_OPTION)
    .action(async (id: string, others: string[], _, own: Command) => {
      const { changeIncidentCommand, incidentId } = await import('./commands/incidents.ts');
      const body = { incident_ids: others.map(incidentId) };
      return changeIncidentCommand(id, { ...own.optsWithGlobals(), verb: 'merge', body });
    });
  command(incidents, 'note', 'write into its timeline', 'saimon incidents note 4 "disk replaced"')
    .argument('<id>', 'see list')
    .argument('<text>')
    .option(...URL_OPTION)
    .action(async (id: string, text: string, _, own: Command) =>
      (await import('./commands/incidents.ts')).changeIncidentCommand(id, {
        ...own.optsWithGlobals(),
        verb: 'notes',
        body: { text },
      }),
    );

  command(program, 'audit', 'who changed what, newest first', 'saimon audit --subject silences')
    .option('--user <name>', 'only what this one did')
    .option('--subject <what>', 'only this, such as silences or silences/3')
    .option('--limit <count>', 'how many', '50')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/audit.ts')).auditCommand(own.optsWithGlobals()),
    );
}
