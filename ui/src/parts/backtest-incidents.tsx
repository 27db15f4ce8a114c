import type { IncidentComparison, IncidentReport } from '../../../src/contract/incident-report.ts';
import { useAnswer } from '../api/use-answer.ts';
import { leadText } from '../format/lead.ts';
import { percentage } from '../format/quantity.ts';
import { Answered, Empty } from './notice.tsx';

/** What was raised on the series of a backtest and what would have been, held against what really happened. */
export function BacktestIncidents({ id }: { readonly id: number }) {
  const path = `/backtests/${id}/incidents`;
  const comparison = useAnswer<IncidentComparison>(path);
  return (
    <section aria-labelledby="own">
      <h2 id="own">Against your own incidents</h2>
      <Answered of={comparison}>
        {({ configuration, changed }) =>
          configuration.incidents.length === 0 ? (
            <Empty title="No incident of this span concerns these series">
              Record what happened on the page <a href="/report">Report</a>, and see here what of it
              would have been found.
            </Empty>
          ) : (
            <>
              <div class="card scrolls" tabIndex={0} role="group" aria-label="Figures">
                <table>
                  <thead>
                    <tr>
                      <td />
                      <th scope="col">Raised</th>
                      <th scope="col">With these settings</th>
                    </tr>
                  </thead>
                  <tbody>
                    {FIGURES.map(([name, text]) => (
                      <tr key={name}>
                        <th scope="row">{name}</th>
                        <td>{text(configuration)}</td>
                        <td>{text(changed)}</td>
                      </tr>
                    ))}
                    {configuration.incidents.map((one, at) => (
                      <tr key={`${one.started_at} ${one.name}`}>
                        <th scope="row">{one.name}</th>
                        <td>{outcomeOf(configuration.incidents[at])}</td>
                        <td>{outcomeOf(changed.incidents[at])}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <p class="soft">
                <a href={`/api/v1${path}?format=html`}>As a page to send</a>
              </p>
            </>
          )
        }
      </Answered>
    </section>
  );
}

const FIGURES: readonly (readonly [string, (report: IncidentReport) => string])[] = [
  [
    'Found (recall)',
    ({ recall, found, missed }) => `${share(recall)}, ${found} of ${found + missed}`,
  ],
  ['Worth waking for (precision)', ({ precision }) => share(precision)],
  [
    'Paged, in the median',
    ({ median_lead_seconds: lead }) => (lead === null ? '–' : leadText(lead)),
  ],
  ['Pages', ({ pages, true_pages: truePages }) => `${pages}, ${pages - truePages} for nothing`],
];

function outcomeOf(one: IncidentReport['incidents'][number] | undefined): string {
  if (one === undefined || !one.found) return 'missed';
  return one.lead_seconds === null ? 'found' : `paged ${leadText(one.lead_seconds)}`;
}

function share(value: number | null): string {
  return value === null ? '–' : percentage(value);
}
