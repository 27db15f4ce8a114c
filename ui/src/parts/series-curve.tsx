import { useMemo } from 'preact/hooks';
import type { Anomaly, AnomalyList } from '../../../src/contract/anomaly.ts';
import type { Bands } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { BandChart } from './band-chart.tsx';
import type { Span } from './chart-options.ts';
import type { Shade } from './draw-marks.ts';
import { Answered, Empty } from './notice.tsx';

interface SeriesCurveProps {
  readonly seriesId: number;
  readonly unit: string;
  readonly span: Span;
  readonly onZoom: (span: Span) => void;
  /** Makes it a small one whose cursor is that of all others of the same key. */
  readonly shared?: string;
}

/** A series in its band over a span, its anomalies shaded. */
export function SeriesCurve({ seriesId, unit, span, onZoom, ...small }: SeriesCurveProps) {
  const { startMs, endMs } = span;
  const bands = useAnswer<Bands>(`/series/${seriesId}/bands?start=${startMs}&end=${endMs}`);
  const list = useAnswer<Wire<typeof AnomalyList>>(
    `/anomalies?series_id=${seriesId}&end_time=${endMs}&limit=1000`,
  );
  const marks = useMemo(
    () => ({ shades: (list.answer?.anomalies ?? []).map(shadeOf), marks: [] }),
    [list.answer],
  );
  return (
    <Answered of={bands}>
      {(columns) =>
        columns.value.some((value) => value !== null) ||
        columns.expected.some((value) => value !== null) ? (
          <figure class={small.shared === undefined ? 'card curve framed' : 'curve'}>
            <BandChart
              columns={columns}
              unit={unit}
              span={span}
              marks={marks}
              onZoom={onZoom}
              {...small}
            />
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
  return { startMs: Date.parse(from), endMs, tone: severity };
}
