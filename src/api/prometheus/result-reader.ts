import { type Labels, labelsKey } from '../../core/labels.ts';
import { type BandColumns, readBandChunks } from '../../core/model/band-chunk.ts';
import { NO_SAMPLES, type Samples, sliceSamples } from '../../core/series.ts';
import type { LatestJudgement } from '../../engine/engine.ts';
import { RESULT_METRICS, type ResultField, resultLabels } from '../../engine/results.ts';
import { readSeriesSamples } from '../../engine/series-samples.ts';
import { SourceError } from '../../sources/errors.ts';
import { type LabelMatcher, matchesAll } from '../../sources/promql/label-matcher.ts';
import type { ReadRange, SampleReader } from '../../sources/promql/sample-reader.ts';
import type { RangeRequest, Source } from '../../sources/source.ts';
import { readBandsOfMany } from '../../store/bands-table.ts';
import type { Database } from '../../store/database.ts';
import { listSeries, type StoredSeries } from '../../store/series-table.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** More series are never watched: see `reader.max_series`. */
const MOST_SERIES = 200_000;
/** Minutes of one series read for one question: two and a half years. */
const MOST_MINUTES = 1_300_000;

/** One result of one series: what `saimon_yhat{instance="a",for="cpu"}` is read from. */
export interface ResultSeries {
  readonly name: string;
  readonly labels: Labels;
  readonly field: ResultField;
  readonly of: StoredSeries;
}

export interface ResultReaderParts {
  readonly database: Database;
  readonly source: Source;
  readonly latestJudgements: () => Iterable<LatestJudgement>;
}

/**
 * Results as the samples of a Prometheus, minute by minute: bands from the database, values from the source,
 * and behind them the latest judgement. One reader answers one question.
 */
export class ResultReader implements SampleReader<ResultSeries> {
  /** What is missing in the answer, and why. */
  readonly warnings = new Set<string>();
  readonly #parts: ResultReaderParts;
  /** How many series of a query were chosen for their values. */
  readonly #wanted = new Map<number, number>();
  readonly #answers = new Map<string, Promise<ReadonlyMap<string, Samples>>>();
  #latest: ReadonlyMap<string, LatestJudgement> | undefined;

  constructor(parts: ResultReaderParts) {
    this.#parts = parts;
  }

  async select(matchers: readonly LabelMatcher[]): Promise<ResultSeries[]> {
    const named = RESULT_METRICS.filter(({ variable }) =>
      matchers.every(({ label, matches }) => label !== '__name__' || matches(`saimon_${variable}`)),
    );
    if (named.length === 0) return [];
    const alias = matchers.find(({ label, operator }) => label === 'for' && operator === '=');
    const { rows } = await listSeries(
      this.#parts.database,
      { metricName: alias?.value },
      { skip: 0, limit: MOST_SERIES },
    );
    const chosen: ResultSeries[] = [];
    for (const of of rows) {
      // What was never judged has no results.
      if (of.lastSampleAtMs === null) continue;
      const labels = resultLabels(of.metricName, of.labels);
      for (const { variable, field } of named) {
        const one = { name: `saimon_${variable}`, labels, field, of };
        if (!matchesAll(matchers, one)) continue;
        chosen.push(one);
        if (field === 'value')
          this.#wanted.set(of.queryId, (this.#wanted.get(of.queryId) ?? 0) + 1);
      }
    }
    return chosen;
  }

  async read(series: readonly ResultSeries[], range: ReadRange): Promise<Samples[]> {
    if ((range.endMs - range.startMs) / MINUTE_MS > MOST_MINUTES) {
      const years = Math.floor((MOST_MINUTES * MINUTE_MS) / (365 * 24 * HOUR_MS));
      throw new SourceError(
        'too_many_series',
        `Cannot read from ${new Date(range.startMs).toISOString()}: at most ${years} years at a time; ask a shorter range`,
      );
    }
    const banded = series.filter(({ field }) => field !== 'value').map(({ of }) => of.id);
    const bands = await this.#bands(banded, range);
    const samples: Samples[] = [];
    for (const one of series) {
      const known =
        one.field === 'value'
          ? await this.#values(one, range)
          : columnOf(bands.get(one.of.id), one.field);
      samples.push(sliceSamples(this.#withLatest(known, one), range.startMs, range.endMs + 1));
    }
    return samples;
  }

  async #bands(
    ids: readonly number[],
    { startMs, endMs }: ReadRange,
  ): Promise<Map<number, BandColumns>> {
    if (ids.length === 0) return new Map();
    const hours = { startMs: Math.floor(startMs / HOUR_MS) * HOUR_MS, endMs: endMs + 1 };
    const chunks = await readBandsOfMany(this.#parts.database, [...new Set(ids)], hours);
    return new Map(Array.from(chunks, ([id, some]) => [id, readBandChunks(some)]));
  }

  /** Values come from the source: of one series alone where only one is wanted, else once of its whole query. */
  async #values({ of }: ResultSeries, { startMs, endMs, signal }: ReadRange): Promise<Samples> {
    const stepMs = Math.max(of.stepMs, MINUTE_MS);
    const range = {
      startMs: Math.ceil(startMs / stepMs) * stepMs,
      endMs: Math.floor(endMs / stepMs) * stepMs,
      stepMs,
    };
    if (range.endMs < range.startMs) return NO_SAMPLES;
    if (this.#wanted.get(of.queryId) === 1) {
      const { samples, warnings } = await readSeriesSamples(this.#parts.source, of, range);
      for (const warning of warnings) this.warnings.add(warning);
      return samples ?? NO_SAMPLES;
    }
    const key = `${of.queryId} ${range.startMs} ${range.endMs} ${stepMs}`;
    const answer =
      this.#answers.get(key) ?? this.#ask({ expr: of.expr, ...range, ...(signal && { signal }) });
    this.#answers.set(key, answer);
    return (await answer).get(of.labelsKey) ?? NO_SAMPLES;
  }

  /** A source that fails leaves a warning: bands are worth showing alone. */
  async #ask(request: RangeRequest): Promise<ReadonlyMap<string, Samples>> {
    try {
      const { series, warnings } = await this.#parts.source.queryRange(request);
      for (const warning of warnings) this.warnings.add(warning);
      return new Map(series.map(({ labels, samples }) => [labelsKey(labels), samples]));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.warnings.add(error.message);
      return new Map();
    }
  }

  /** Bands are written run by run: the latest judgement may be ahead of them. */
  #withLatest(samples: Samples, { of, field }: ResultSeries): Samples {
    this.#latest ??= new Map(
      Array.from(this.#parts.latestJudgements(), (one) => [keyOf(one.alias, one.labels), one]),
    );
    const latest = this.#latest.get(keyOf(of.metricName, of.labels));
    const lastMs = samples.times.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (latest === undefined || Number.isNaN(latest[field]) || !(latest.timeMs > lastMs)) {
      return samples;
    }
    return {
      times: appended(samples.times, latest.timeMs),
      values: appended(samples.values, latest[field]),
    };
  }
}

function keyOf(alias: string, labels: Labels): string {
  return `${alias} ${labelsKey(labels)}`;
}

function appended(column: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(column.length + 1);
  longer.set(column);
  longer[column.length] = value;
  return longer;
}

function columnOf(bands: BandColumns | undefined, field: Exclude<ResultField, 'value'>): Samples {
  if (bands === undefined) return NO_SAMPLES;
  // Seven digits: more are noise of the packed columns.
  const values = Float64Array.from(bands[field], (value) => Number(value.toPrecision(7)));
  return { times: bands.times, values };
}
