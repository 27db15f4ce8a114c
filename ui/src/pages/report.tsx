import { useState } from 'preact/hooks';
import type { IncidentReport } from '../../../src/contract/incident-report.ts';
import { useAnswer } from '../api/use-answer.ts';
import { leadText } from '../format/lead.ts';
import { percentage } from '../format/quantity.ts';
import { moment } from '../format/time.ts';
import { go, withParameters } from '../navigation.ts';
import { Fact } from '../parts/fact.tsx';
import { Answered, Empty } from '../parts/notice.tsx';
import { SelectField } from '../parts/select-field.tsx';
import { SeverityMark } from '../parts/severity-mark.tsx';
import { TruthForm } from '../parts/truth-form.tsx';
import { TruthList } from '../parts/truth-list.tsx';
import { useMinute } from '../use-minute.ts';

const DAY_MS = 86_400_000;
const PASTS = { 7: 'Past week', '': 'Past 30 days', 90: 'Past 90 days', 365: 'Past year' };
const LEADS = { '15m': '15 minutes', '': 'an hour', '4h': '4 hours', '1d': 'a day' };

/** What paged held against what really happened. */
export function ReportPage({ address }: { readonly address: URL }) {
  const [isAdding, setAdding] = useState(false);
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const choose = (name: string, value: string): void =>
    go(withParameters(address, { [name]: value }));
  const days = Number(chosen('days') || '30');
  const startMs = useMinute() - days * DAY_MS;
  const query = `start=${startMs}&lead=${encodeURIComponent(chosen('lead') || '1h')}`;
  const report = useAnswer<IncidentReport>(`/reports/incidents?${query}`);
  return (
    <>
      <div class="titled">
        <h1>Against your own incidents</h1>
        <button type="button" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          {isAdding ? 'Close' : 'Record an incident'}
        </button>
      </div>
      {isAdding && <TruthForm />}
      <form class="filters silences-shown" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Judged"
          value={chosen('days')}
          choices={PASTS}
          onChoose={(value) => choose('days', value)}
        />
        <SelectField
          label="A page counts before it, up to"
          value={chosen('lead')}
          choices={LEADS}
          onChoose={(value) => choose('lead', value)}
        />
        <a href={`/api/v1/reports/incidents?${query}&format=html`}>As a page to send</a>
      </form>
      <Answered of={report}>{(one) => <Judgement report={one} />}</Answered>
    </>
  );
}

function Judgement({ report }: { readonly report: IncidentReport }) {
  const { found, missed, pages, true_pages: truePages, false_pages: falsePages } = report;
  const { median_lead_seconds: lead, pages_per_week: perWeek } = report;
  if (found + missed === 0)
    return (
      <Empty title="No incident of this time is recorded">
        Tell what really happened, and see what of it was found, how early, and how many pages were
        for nothing. {pages} {pages === 1 ? 'page was' : 'pages were'} raised
        {perWeek !== null && `, ${perWeek.toFixed(1)} a week`}.
      </Empty>
    );
  return (
    <>
      <dl class="facts-grid">
        <Fact name="Found (recall)">
          {shareOf(report.recall)}, {found} of {found + missed}
        </Fact>
        <Fact name="Worth waking for (precision)">
          {shareOf(report.precision)}, {falsePages.length} false
        </Fact>
        <Fact name="Paged, in the median">{lead === null ? '–' : leadText(lead)}</Fact>
        <Fact name="Pages a week">
          {perWeek === null ? '–' : perWeek.toFixed(1)}, {pages} in all
        </Fact>
      </dl>
      <p class="soft">
        Judged from {moment(report.start)} to {moment(report.end)}; {truePages} of {pages} pages
        belong to an incident
        {report.outside > 0 && `; ${report.outside} incidents began outside and are left out`}.
      </p>
      <section aria-labelledby="happened">
        <h2 id="happened">What happened</h2>
        <TruthList incidents={report.incidents} />
      </section>
      <section aria-labelledby="false-pages">
        <h2 id="false-pages">Pages for nothing</h2>
        {falsePages.length === 0 ? (
          <Empty title="None" />
        ) : (
          <ul class="rows card">
            {falsePages.toReversed().map((page) => (
              <li key={`${page.opened_at} ${page.title}`} class="message">
                <time class="soft" dateTime={page.opened_at}>
                  {moment(page.opened_at)}
                </time>
                <SeverityMark severity={page.severity} />
                <span>{page.title}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

function shareOf(share: number | null): string {
  return share === null ? '–' : percentage(share);
}
