import { useMemo } from 'preact/hooks';
import type { Forecast } from '../../../src/contract/forecast.ts';
import type { Bands } from '../../../src/contract/series.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { BandChart } from './band-chart.tsx';
import type { Span } from './chart-options.ts';
import { curveColumns } from './curve-columns.ts';
import { Answered, Empty } from './notice.tsx';
import { useMarks } from './use-marks.ts';

interface SeriesCurveProps {
  readonly seriesId: number;
  readonly unit: string;
  readonly span: Span;
  readonly onZoom: (span: Span) => void;
  /** Makes it a small one whose cursor is that of all others of the same key. */
  readonly shared?: string;
  /** Lays the same time of the week before over it. */
  readonly weekBefore?: boolean;
  /** How far to carry on with what is expected; not at all by default. */
  readonly aheadMs?: number;
}

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

/** A series in its band over a span, with what is marked on it. */
export function SeriesCurve({ seriesId, unit, onZoom, shared, ...wanted }: SeriesCurveProps) {
  const { span, weekBefore = false, aheadMs = 0 } = wanted;
  const bands = useAnswer<Bands>(bandsPath(seriesId, span));
  const before = useAnswer<Bands>(
    weekBefore
      ? bandsPath(seriesId, {
          startMs: span.startMs - WEEK_MS,
          endMs: span.endMs + aheadMs - WEEK_MS,
        })
      : undefined,
  );
  const ahead = useAnswer<Wire<typeof Forecast>>(
    aheadMs > 0
      ? `/series/${seriesId}/forecast?horizon=${Math.ceil(aheadMs / MINUTE_MS)}m`
      : undefined,
  );
  const marks = useMarks(seriesId, span);
  const columns = useMemo(
    () =>
      bands.answer &&
      curveColumns(bands.answer, { before: before.answer, ahead: ahead.answer, beforeMs: WEEK_MS }),
    [bands.answer, before.answer, ahead.answer],
  );
  const whole = { startMs: span.startMs, endMs: span.endMs + (ahead.answer ? aheadMs : 0) };
  return (
    <Answered of={bands}>
      {({ warnings }) =>
        columns && isThere(columns) ? (
          <figure class={shared === undefined ? 'card curve framed' : 'curve'}>
            <BandChart
              columns={columns}
              unit={unit}
              span={whole}
              marks={marks}
              onZoom={onZoom}
              {...(shared !== undefined && { shared })}
            />
            {[...warnings, ...[before.problem, ahead.problem].filter(isText)].map((warning) => (
              <p key={warning} class="problem">
                {warning}
              </p>
            ))}
          </figure>
        ) : (
          <Empty title="No samples in this span">
            {warnings[0] ?? 'Choose a longer span, or one in which the source held samples.'}
          </Empty>
        )
      }
    </Answered>
  );
}

function bandsPath(seriesId: number, { startMs, endMs }: Span): string {
  return `/series/${seriesId}/bands?start=${Math.round(startMs)}&end=${Math.round(endMs)}`;
}

function isThere({ value, expected }: Pick<Bands, 'value' | 'expected'>): boolean {
  return value.some((one) => one !== null) || expected.some((one) => one !== null);
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}
