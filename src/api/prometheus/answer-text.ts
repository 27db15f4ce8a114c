import type { Labels } from '../../core/labels.ts';
import type { SeriesSamples } from '../../sources/source.ts';

/** What a question of Prometheus' HTTP API gives. */
export type PrometheusData =
  | {
      readonly resultType: 'scalar' | 'string';
      readonly timeMs: number;
      readonly value: number | string;
    }
  | { readonly resultType: 'vector' | 'matrix'; readonly series: readonly SeriesSamples[] };

/** Points of one piece of text: about a millisecond of work. */
const PIECE = 5000;

/** The body of a successful answer, in pieces. */
export function* answerText(data: PrometheusData, warnings: Iterable<string>): Generator<string> {
  yield `{"status":"success","data":{"resultType":"${data.resultType}","result":`;
  if ('value' in data) yield pair(data.timeMs, data.value);
  else {
    yield '[';
    let first = true;
    for (const one of data.series) {
      yield `${first ? '' : ','}${seriesHead(one.labels, data.resultType)}`;
      yield* points(one, data.resultType);
      yield '}';
      first = false;
    }
    yield ']';
  }
  const said = [...warnings];
  yield `}${said.length > 0 ? `,"warnings":${JSON.stringify(said)}` : ''}}`;
}

function seriesHead(labels: Labels, resultType: 'vector' | 'matrix'): string {
  return `{"metric":${JSON.stringify(labels)},"${resultType === 'vector' ? 'value' : 'values'}":`;
}

function* points(
  { samples: { times, values } }: SeriesSamples,
  resultType: 'vector' | 'matrix',
): Generator<string> {
  if (resultType === 'vector') {
    yield pair(times.at(-1) ?? 0, values.at(-1) ?? Number.NaN);
    return;
  }
  yield '[';
  for (let from = 0; from < times.length; from += PIECE) {
    const pairs = Array.from(times.subarray(from, from + PIECE), (timeMs, i) =>
      pair(timeMs, values[from + i] ?? Number.NaN),
    );
    yield `${from === 0 ? '' : ','}${pairs.join(',')}`;
  }
  yield ']';
}

function pair(timeMs: number, value: number | string): string {
  return `[${timeMs / 1000},${typeof value === 'string' ? JSON.stringify(value) : `"${valueText(value)}"`}]`;
}

/** A value as Prometheus writes it. */
export function valueText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
