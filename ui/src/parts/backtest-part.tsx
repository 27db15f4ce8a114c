import { useMemo } from 'preact/hooks';
import type { BacktestReport, WouldBe } from '../../../src/contract/backtest.ts';
import { quantity } from '../format/quantity.ts';
import { moment } from '../format/time.ts';
import { go, withParameters } from '../navigation.ts';
import { BandChart } from './band-chart.tsx';
import type { Span } from './chart-options.ts';
import { Fact } from './fact.tsx';
import { Empty } from './notice.tsx';
import { SeriesName } from './series-name.tsx';
import { SeverityMark } from './severity-mark.tsx';
import { spanParameters } from './span-of.ts';

interface BacktestPartProps {
  readonly part: BacktestReport['parts'][number];
  readonly span: Span | undefined;
}

/** One judged series: its curve and band, what would have been flagged, how often. */
export function BacktestPart({ part, span }: BacktestPartProps) {
  const marks = useMemo(() => ({ shades: part.anomalies.map(shadeOf), marks: [] }), [part]);
  const quiet = part.anomalies.filter((one) => one.quieted_by !== null).length;
  const shown = span ?? { startMs: Date.parse(part.start), endMs: Date.parse(part.end) };
  return (
    <section aria-label={part.name}>
      <h2>
        <SeriesName name={part.name} labels={part.labels} />
      </h2>
      <dl class="facts-grid">
        <Fact name="Would have been flagged">{part.anomalies.length}</Fact>
        <Fact name="A week">{quantity(part.per_week, '')}</Fact>
        {part.rules !== null && (
          <Fact name="Kept quiet by accepted rules">
            {quiet} {part.rules === 0 && '(none is about it)'}
          </Fact>
        )}
        {part.recorded !== null && <Fact name="Really raised">{part.recorded}</Fact>}
        <Fact name="Samples judged">{part.judged_rows.toLocaleString('en')}</Fact>
        <Fact name="Learned before">{part.learned_rows.toLocaleString('en')}</Fact>
      </dl>
      <figure class="card curve framed">
        <BandChart
          columns={part}
          unit={part.unit}
          span={shown}
          marks={marks}
          onZoom={(drawn) => go(withParameters(new URL(location.href), spanParameters(drawn)))}
        />
      </figure>
      {part.anomalies.length === 0 ? (
        <Empty title="Nothing would have been flagged" />
      ) : (
        <ol class="rows card would-be">
          {part.anomalies.map((one) => (
            <li key={`${one.kind} ${one.opened_at}`}>
              <SeverityMark severity={one.severity} /> <time>{moment(one.started_at)}</time>{' '}
              {one.sentence}
              {one.planned !== null && <span class="soft"> (in planned work: {one.planned})</span>}
              {one.quieted_by !== null && (
                <span class="soft">
                  {' '}
                  (kept quiet by <a href="/rules">rule {one.quieted_by.rule_id}</a>:{' '}
                  {one.quieted_by.reason})
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function shadeOf({ started_at: from, ended_at: end, peak_at: peak, severity }: WouldBe) {
  const endMs = Date.parse(end ?? peak);
  return { startMs: Date.parse(from), endMs, tone: severity };
}
