#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { Command, CommanderError, Option } from 'commander';
import { readVersion } from '../app/version.ts';
import { command, URL_OPTION } from './command.ts';
import { addConfig, addDeclared, addModels, addRules, addTruth } from './command-groups.ts';
import { exitCodeOf, failureText } from './failure.ts';
import { addIncidents } from './incident-commands.ts';
import { addNotify } from './notify-commands.ts';
import { note } from './output.ts';

// The path of a sample through a model is deep: by default V8 inlines only half of it, which costs a tenth of a training.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');

/** What is known of the world around recorded series. */
const EVENTS = [
  '--events <file>',
  'declared events as CSV: timestamp,kind,title[,end][,label columns]',
] as const;
const CALENDAR = [
  '--calendar <file>',
  'days that are like a weekend, as iCalendar or CSV',
] as const;
const LABELS = [
  '--labels <pairs>',
  'labels of the series, such as service=api: what concerns others is left out',
] as const;

const LEVELS = ['debug', 'info', 'warn', 'error'];

/** Every command loads its code when it is asked for, so that `--help` answers at once. */
function createProgram(): Command {
  const program = new Command('saimon')
    .description(
      'Learns how an infrastructure behaves and says when it does not, why, and how sure it is',
    )
    .version(readVersion(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ showGlobalOptions: true })
    .option('-c, --config <file>', 'configuration (default: $SAIMON_CONFIG, then ./saimon.yml)')
    .addOption(new Option('--log-level <level>', 'how much to say').choices(LEVELS))
    .addOption(
      new Option('--log-format <format>', 'text or JSON lines').choices(['auto', 'text', 'json']),
    )
    .option('--json', 'answer in JSON')
    .addHelpText(
      'after',
      '\nBegin with:\n  saimon demo             see it work on a simulated estate\n  saimon serve            watch this machine, http://127.0.0.1:8000\n  PROMETHEUS_URL=http://localhost:9090 saimon serve',
    );

  command(program, 'serve', 'watch, detect and serve the API', 'saimon serve --port 8080')
    .addOption(
      new Option('--role <role>', 'what this process does')
        .choices(['all', 'api', 'engine'])
        .default('all'),
    )
    .option('--addr <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on')
    .option('--data-dir <folder>', 'folder of the embedded database')
    .action(async (_, own: Command) =>
      (await import('./commands/serve.ts')).serveCommand(own.optsWithGlobals()),
    );

  command(program, 'demo', 'watch a simulated estate in which things break', 'saimon demo')
    .option('--addr <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on')
    .option(
      '--data-dir <folder>',
      'keep the data here (default: a folder that is removed at the end)',
    )
    .option('--seed <number>', 'another estate', '1')
    .action(async (_, own: Command) =>
      (await import('./commands/demo.ts')).demoCommand(own.optsWithGlobals()),
    );

  command(
    program,
    'simulate',
    'serve the simulated estate at /metrics for a Prometheus',
    'saimon simulate --port 9900',
  )
    .option('--addr <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', '9900')
    .option('--seed <number>', 'another estate', '1')
    .option(
      '--history <file>',
      'write two weeks of history as OpenMetrics (for promtool) to this file first',
    )
    .action(async (_, own: Command) =>
      (await import('./commands/simulate.ts')).simulateCommand(own.optsWithGlobals()),
    );

  command(
    program,
    'backtest',
    'judge recorded series as live detection would have',
    'saimon backtest cpu.csv --learn-rows 2000 --out scores.csv',
  )
    .argument('<files...>', 'CSV: timestamp, then one or many value columns')
    .option('--learn-rows <rows>', 'rows that are only learned (with --incidents: half by default)')
    .addOption(
      new Option('--out <path>', 'scores as CSV; a folder for several files').conflicts(
        'incidents',
      ),
    )
    .option(
      '--incidents <file>',
      'hold what would have paged against what really happened: start,end,name[,label columns]',
    )
    .option('--compare <file>', 'with --incidents: a changed configuration beside that in force')
    .option('--report <file>', 'with --incidents: the report as one HTML page')
    .option('--query <alias>', 'with --incidents: judge as this query of the configuration')
    .option('--lead <duration>', 'with --incidents: how early a page may come', '1h')
    .option(
      '--rules <file>',
      'accepted rules that keep quiet what they meet: of saimon rules list --status accepted --json',
    )
    .option(...EVENTS)
    .option(...CALENDAR)
    .option(...LABELS)
    .option('--alert-budget <max/every>', 'most anomalies of all files together, such as 2/7d')
    .option('--tz <zone>', 'zone of the calendar and of times without one', 'UTC')
    .option('--workers <count>', 'threads (default: one per processor)')
    .action(async (files: string[], _, own: Command) =>
      (await import('./commands/backtest.ts')).backtestCommand(files, own.optsWithGlobals()),
    );

  command(
    program,
    'scorecard',
    'judge labelled series and say how well',
    'saimon scorecard labelled --out figures.json',
  )
    .argument('<folder>', 'manifest.json and the CSV files that it lists')
    .option('--out <file>', 'all figures, of each file too, as JSON')
    .option('--tz <zone>', 'zone of the calendar and of times without one', 'UTC')
    .option('--workers <count>', 'threads (default: one per processor)')
    .action(async (folder: string, _, own: Command) =>
      (await import('./commands/scorecard.ts')).scorecardCommand(folder, own.optsWithGlobals()),
    );

  command(program, 'detect', 'list the anomalies of a recorded series', 'saimon detect cpu.csv')
    .argument('<file>', 'CSV, or - for standard input')
    .option(
      '--learn-rows <rows>',
      'rows that are only learned (default: half of them, at most 10,000)',
    )
    .option(...EVENTS)
    .option(...CALENDAR)
    .option(...LABELS)
    .option('--tz <zone>', 'zone of the calendar and of times without one', 'UTC')
    .action(async (file: string, _, own: Command) =>
      (await import('./commands/detect.ts')).detectCommand(file, own.optsWithGlobals()),
    );

  command(
    program,
    'plot',
    'draw a recorded series and its anomalies',
    'saimon plot cpu.csv --out cpu.svg',
  )
    .argument('<file>', 'CSV')
    .option('--out <file>', 'the SVG (default: standard output)')
    .option('--column <name>', 'which one, where the file has several')
    .option(
      '--learn-rows <rows>',
      'rows that are only learned (default: half of them, at most 10,000)',
    )
    .option('--unit <unit>', 'of the values, such as ratio, percent, bytes or seconds', '')
    .option('--title <text>', 'above the drawing (default: name of the column)')
    .option('--from <time>', 'first moment that is drawn')
    .option('--to <time>', 'last moment that is drawn')
    .option(...EVENTS)
    .option(...CALENDAR)
    .option(...LABELS)
    .option('--tz <zone>', 'zone of the calendar, the axis and of times without one', 'UTC')
    .action(async (file: string, _, own: Command) =>
      (await import('./commands/plot.ts')).plotCommand(file, own.optsWithGlobals()),
    );

  command(program, 'status', 'what a running SAIMon watches and finds', 'saimon status')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/status.ts')).statusCommand(own.optsWithGlobals()),
    );

  command(program, 'explain', 'why an anomaly is one, and what resembled it', 'saimon explain 17')
    .argument('<id>', 'number of the anomaly')
    .option(...URL_OPTION)
    .action(async (id: string, _, own: Command) =>
      (await import('./commands/explain.ts')).explainCommand(id, own.optsWithGlobals()),
    );

  command(program, 'train', 'ask a running SAIMon to train now', 'saimon train --all')
    .option('--series <id>', 'one series, see "saimon status"')
    .option('--all', 'every series that has a model')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/train.ts')).trainCommand(own.optsWithGlobals()),
    );

  addIncidents(program);
  addModels(program);
  addDeclared(program);
  addRules(program);
  addNotify(program);
  addTruth(program);

  command(program, 'doctor', 'check everything SAIMon needs', 'saimon doctor')
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/doctor.ts')).doctorCommand(own.optsWithGlobals()),
    );

  addConfig(program);

  command(
    program,
    'migrate',
    'bring the tables of the database up to date',
    'DATABASE_URL=postgresql://… saimon migrate',
  )
    .option('--data-dir <folder>', 'folder of the embedded database')
    .action(async (_, own: Command) =>
      (await import('./commands/migrate.ts')).migrateCommand(own.optsWithGlobals()),
    );

  command(program, 'backup', 'copy the embedded database to a file', 'saimon backup saimon.tar.gz')
    .argument('<file>', 'the copy')
    .option('--data-dir <folder>', 'folder of the embedded database')
    .action(async (file: string, _, own: Command) =>
      (await import('./commands/backup.ts')).backupCommand(file, own.optsWithGlobals()),
    );

  command(
    program,
    'restore',
    'make the embedded database from a copy',
    'saimon restore saimon.tar.gz',
  )
    .argument('<file>', 'the copy')
    .option('--data-dir <folder>', 'folder of the embedded database')
    .option('--force', 'replace a database that is there')
    .action(async (file: string, _, own: Command) =>
      (await import('./commands/backup.ts')).restoreCommand(file, own.optsWithGlobals()),
    );

  command(
    program,
    'export',
    'write all anomalies as CSV, or as JSON with --json',
    'saimon export > anomalies.csv',
  )
    .option(...URL_OPTION)
    .action(async (_, own: Command) =>
      (await import('./commands/export.ts')).exportCommand(own.optsWithGlobals()),
    );
  return program;
}

async function main(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    note(failureText(error, { stack: process.argv.includes('debug') }));
    return exitCodeOf(error);
  }
}

// A reader that ends early, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const code = await main();
// Timers and sockets that something left open keep nobody waiting; what was printed still goes out.
process.stdout.write('', () => process.exit(code));
