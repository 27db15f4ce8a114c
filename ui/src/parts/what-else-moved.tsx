import type { Anomaly, AnomalyList } from '../../../src/contract/anomaly.ts';
import type { SeriesList } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { go } from '../navigation.ts';
import { AnomalyLine } from './anomaly-line.tsx';
import type { Span } from './chart-options.ts';
import { ChartWall, type Walled } from './chart-wall.tsx';
import { NAMING } from './heat-rows.ts';

interface WhatElseMovedProps {
  readonly anomaly: Anomaly;
  readonly span: Span;
}

const AROUND_MS = 30 * 60_000;
const MOST_CHARTS = 8;

/** Other anomalies at that time, and the curves of other series of the same machine, pod or service. */
export function WhatElseMoved({ anomaly, span }: WhatElseMovedProps) {
  const { id, series_id: own, labels, started_at: from, ended_at: end, last_at: last } = anomaly;
  const range = {
    start_time: String(Date.parse(from) - AROUND_MS),
    end_time: String(Date.parse(end ?? last) + AROUND_MS),
  };
  const list = useAnswer<Wire<typeof AnomalyList>>(
    `/anomalies?${new URLSearchParams({ ...range, limit: '50' })}`,
  );
  const name = NAMING.find((label) => labels[label] !== undefined);
  const place = name === undefined ? undefined : `${name}=${labels[name]}`;
  const neighbours = useAnswer<Wire<typeof SeriesList>>(
    place && `/series?${new URLSearchParams({ label: place, limit: '20' })}`,
  );
  const others = (list.answer?.anomalies ?? []).filter((one) => one.id !== id);
  const walled = new Map<number, Walled>();
  for (const { series_id: series, metric_name, labels: theirs } of others)
    if (series !== null) walled.set(series, { id: series, name: metric_name, labels: theirs });
  for (const { id: series, metric_name, labels: theirs } of neighbours.answer?.series ?? [])
    if (!walled.has(series)) walled.set(series, { id: series, name: metric_name, labels: theirs });
  if (own !== null) walled.delete(own);
  const shown = [...walled.values()].slice(0, MOST_CHARTS);
  if (shown.length === 0) return null;
  return (
    <section aria-labelledby="else">
      <h2 id="else">What else moved</h2>
      {others.length > 0 ? (
        <ul class="rows card">
          {others.map((one) => (
            <AnomalyLine key={one.id} anomaly={one} />
          ))}
        </ul>
      ) : (
        <p class="soft">No other anomaly at that time{place && `; other series of ${place}:`}</p>
      )}
      <ChartWall
        series={shown}
        span={span}
        onZoom={({ startMs, endMs }) =>
          own !== null && go(`/series/${own}?from=${Math.round(startMs)}&to=${Math.round(endMs)}`)
        }
      />
    </section>
  );
}
