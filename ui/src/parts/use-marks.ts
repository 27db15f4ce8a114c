import { useMemo } from 'preact/hooks';
import type { Anomaly, AnomalyList } from '../../../src/contract/anomaly.ts';
import type { SeriesContext } from '../../../src/contract/series-context.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import type { Span } from './chart-options.ts';
import type { Marks, Shade } from './draw-marks.ts';

/** What is marked on the chart of a series: its anomalies, planned work, declared events. */
export function useMarks(seriesId: number, { startMs, endMs }: Span): Marks {
  const list = useAnswer<Wire<typeof AnomalyList>>(
    `/anomalies?series_id=${seriesId}&end_time=${endMs}&limit=1000`,
  );
  const declared = useAnswer<SeriesContext>(
    `/series/${seriesId}/context?start=${startMs}&end=${endMs}`,
  );
  return useMemo(
    () => ({
      shades: [
        ...(declared.answer?.planned ?? []).map(plannedShade),
        ...(list.answer?.anomalies ?? []).map(shadeOf),
      ],
      marks: (declared.answer?.events ?? []).map(({ started_at: start, kind, title }) => ({
        timeMs: Date.parse(start),
        text: title === '' ? kind : title,
      })),
    }),
    [list.answer, declared.answer],
  );
}

function plannedShade({ start, end }: SeriesContext['planned'][number]): Shade {
  return { startMs: Date.parse(start), endMs: Date.parse(end), tone: 'planned' };
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
