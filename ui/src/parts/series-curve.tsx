import type { Anomaly, AnomalyList } from '../../../src/contract/anomaly.ts';
import type { Bands } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { BandChart } from './band-chart.tsx';
import type { Shade } from './chart-options.ts';
import { Answered, Empty } from './notice.tsx';

interface SeriesCurveProps {
  readonly seriesId: number;
  readonly unit: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly onZoom: (startMs: number, endMs: number) => void;
}

/** A series in its band over a span, its anomalies shaded. */
export function SeriesCurve({ seriesId, unit, startMs, endMs, onZoom }: SeriesCurveProps) {
  const bands = useAnswer<Bands>(`/series/${seriesId}/bands?start=${startMs}&end=${endMs}`);
  const list = useAnswer<Wire<typeof AnomalyList>>(`/anomalies?series_id=${seriesId}&limit=1000`);
  const shades = (list.answer?.anomalies ?? []).map(shadeOf);
  return (
    <Answered of={bands}>
      {(columns) =>
        columns.value.some((value) => value !== null) ||
        columns.expected.some((value) => value !== null) ? (
          <figure class="card curve">
            <BandChart bands={columns} unit={unit} shades={shades} onZoom={onZoom} />
            {columns.warnings.map((warning) => (
              <p key={warning} class="problem">
                {warning}
              </p>
            ))}
          </figure>
        ) : (
          <Empty title="No samples in this span">
            {columns.warnings[0] ??
              'Choose a longer span, or one in which the source held samples.'}
          </Empty>
        )
      }
    </Answered>
  );
}

function shadeOf({
  started_at: from,
  ended_at: end,
  last_at: last,
  status,
  severity,
}: Anomaly): Shade {
  const endMs = status === 'open' ? Date.now() : Date.parse(end ?? last);
  return { startMs: Date.parse(from), endMs, severity };
}
