import type { Series } from '../../../src/contract/series.ts';
import { go } from '../navigation.ts';
import type { Span } from './chart-options.ts';
import { SeriesCurve } from './series-curve.tsx';
import { SeriesName } from './series-name.tsx';
import { useSeen } from './use-seen.ts';

interface SeriesMultiplesProps {
  readonly series: readonly Series[];
  readonly span: Span;
}

/** Many series beside one another, each small in its band, one cursor for all of them. */
export function SeriesMultiples({ series, span }: SeriesMultiplesProps) {
  return (
    <ul class="multiples">
      {series.map((one) => (
        <Multiple key={one.id} series={one} span={span} />
      ))}
    </ul>
  );
}

function Multiple({ series, span }: { readonly series: Series; readonly span: Span }) {
  const { place, seen } = useSeen();
  const { id, metric_name: name, labels, unit } = series;
  return (
    <li class="card walled" ref={place}>
      <h2>
        <a href={`/series/${id}`}>
          <SeriesName name={name} labels={labels} />
        </a>
      </h2>
      {seen && (
        <SeriesCurve
          seriesId={id}
          unit={unit}
          span={span}
          shared="multiples"
          onZoom={({ startMs, endMs }) =>
            go(`/series/${id}?from=${Math.round(startMs)}&to=${Math.round(endMs)}`)
          }
        />
      )}
    </li>
  );
}
