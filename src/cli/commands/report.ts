import { writeFile } from 'node:fs/promises';
import { IncidentReport } from '../../contract/incident-report.ts';
import { leadText } from '../../core/plot/report-page.ts';
import { durationOf } from '../backtest-settings.ts';
import { figure, note, print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient } from '../server-client.ts';
import { wireTime } from '../wire-text.ts';

export interface ReportOptions extends ClientOptions {
  readonly since?: string;
  readonly lead: string;
  readonly report?: string;
}

/** `report`: what a running SAIMon paged, held against what really happened. */
export async function reportCommand(options: ReportOptions): Promise<void> {
  const query = new URLSearchParams({ lead: options.lead });
  durationOf(options.lead, '--lead');
  if (options.since !== undefined) {
    const startMs = Date.now() - durationOf(options.since, '--since');
    query.set('start', new Date(startMs).toISOString());
  }
  const client = createServerClient(options);
  const path = `/api/v1/reports/incidents?${query.toString()}`;
  const report = await client.get(path, IncidentReport);
  if (options.report !== undefined) {
    await writeFile(options.report, await client.text(`${path}&format=html`));
  }
  if (options.json) {
    printJson(report);
    return;
  }
  const { found, missed, incidents, pages, true_pages: truePages } = report;
  print(
    table(
      ['FROM', wireTime(report.start)],
      [
        ['Incidents found', `${found} of ${found + missed}`],
        ['Recall', share(report.recall)],
        ['Precision', share(report.precision)],
        ['Median lead time', lead(report.median_lead_seconds)],
        ['Pages a week', figure(report.pages_per_week ?? Number.NaN)],
        ['Pages', `${pages}, ${pages - truePages} of them false`],
      ],
    ),
  );
  if (incidents.length > 0) {
    const rows = incidents.map((one) => [
      one.name,
      wireTime(one.started_at),
      lead(one.lead_seconds),
      one.page ?? '–',
    ]);
    print(`\n${table(['INCIDENT', 'BEGAN', 'FIRST PAGE', 'WHAT IT SAID'], rows)}`);
  } else note('No incident is recorded: see "saimon truth import --help"');
  if (options.report !== undefined) note(`Written to ${options.report}`);
}

function share(value: number | null): string {
  return value === null ? '–' : `${figure(100 * value)} %`;
}

function lead(seconds: number | null): string {
  return leadText(seconds === null ? Number.NaN : 1000 * seconds);
}
