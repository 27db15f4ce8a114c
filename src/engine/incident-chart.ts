import { HOUR_MS } from '../core/civil-time.ts';
import { readBandChunks } from '../core/model/band-chunk.ts';
import type { IncidentMessage } from '../core/routing/incident-message.ts';
import type { Chart } from '../notify/notifier.ts';
import type { Source } from '../sources/source.ts';
import { readBands } from '../store/bands-table.ts';
import type { Queryable } from '../store/database.ts';
import { findSeries } from '../store/series-table.ts';
import { readSeriesSamples } from './series-samples.ts';

export interface ChartParts {
  readonly database: Queryable;
  readonly source: Source;
  readonly nowMs: number;
}

/** How much of the time before is shown, and the most of all. */
const BEFORE_MS = 2 * HOUR_MS;
const LONGEST_MS = 24 * HOUR_MS;
const BIN_MS = 60_000;

/** The likeliest cause of an incident in its band, minute by minute; undefined where there is nothing to draw. */
export async function incidentChart(
  { members, startedAtMs }: IncidentMessage,
  { database, source, nowMs }: ChartParts,
): Promise<Chart | undefined> {
  const seriesId = members[0]?.seriesId ?? undefined;
  const series = seriesId === undefined ? undefined : await findSeries(database, seriesId);
  if (series === undefined) return undefined;
  const endMs = Math.floor(nowMs / BIN_MS) * BIN_MS;
  const startMs =
    Math.floor(Math.max(startedAtMs - BEFORE_MS, endMs - LONGEST_MS) / BIN_MS) * BIN_MS;
  const hours = { startMs: Math.floor(startMs / HOUR_MS) * HOUR_MS, endMs };
  const bands = readBandChunks(await readBands(database, series.id, hours));
  const range = { startMs, endMs, stepMs: BIN_MS };
  const { samples } = await readSeriesSamples(source, series, range);
  const steps = Math.floor((endMs - startMs) / BIN_MS) + 1;
  const column = (times: ArrayLike<number>, values: ArrayLike<number>): Float64Array => {
    const filled = new Float64Array(steps).fill(Number.NaN);
    for (let i = 0; i < times.length; i++) {
      const step = Math.floor(((times[i] ?? Number.NaN) - startMs) / BIN_MS);
      if (step >= 0 && step < steps) filled[step] = values[i] ?? Number.NaN;
    }
    return filled;
  };
  return {
    times: Float64Array.from({ length: steps }, (_, step) => startMs + step * BIN_MS),
    value: column(samples?.times ?? [], samples?.values ?? []),
    lower: column(bands.times, bands.lower),
    upper: column(bands.times, bands.upper),
  };
}
