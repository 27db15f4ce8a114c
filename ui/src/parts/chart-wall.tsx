import type { MetricList } from '../../../src/contract/metric.ts';
import type { Series } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { tickTexts } from '../format/time.ts';
import type { Span } from './chart-options.ts';
import { SeriesCurve } from './series-curve.tsx';
import { SeriesName } from './series-name.tsx';

/** A series to be shown; its unit is that of its metric. */
export type Walled = Pick<Series, 'id' | 'labels'> & { readonly name: string | null };

interface ChartWallProps {
  readonly series: readonly Walled[];
  readonly span: Span;
  readonly onZoom: (span: Span) => void;
}

const TICKS = 5;

/** Several series below one another over the same span: one axis of time and one cursor for all of them. */
export function ChartWall({ series, span, onZoom }: ChartWallProps) {
  const metrics = useAnswer<Wire<typeof MetricList>>('/metrics?limit=1000');
  const units = new Map(metrics.answer?.metrics.map(({ name, unit }) => [name, unit]));
  return (
    <div class="wall card">
      {series.map(({ id, name, labels }) => (
        <section key={id} class="walled">
          <h3>
            <a href={`/series/${id}?from=${span.startMs}&to=${span.endMs}`}>
              <SeriesName name={name} labels={labels} />
            </a>
          </h3>
          <SeriesCurve
            seriesId={id}
            unit={units.get(name ?? '') ?? ''}
            span={span}
            shared="wall"
            onZoom={onZoom}
          />
        </section>
      ))}
      <TimeScale span={span} />
    </div>
  );
}

function TimeScale({ span: { startMs, endMs } }: { readonly span: Span }) {
  const everyMs = (endMs - startMs) / (TICKS - 1);
  const times = Array.from({ length: TICKS }, (_, index) => startMs + index * everyMs);
  return (
    <p class="ends time-scale soft">
      {tickTexts(times, everyMs).map((text, index) => (
        <span key={times[index]}>{text.replace('\n', ', ')}</span>
      ))}
    </p>
  );
}
