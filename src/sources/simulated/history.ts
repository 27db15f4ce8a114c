import type { Labels } from '../../core/labels.ts';
import { createEstate, type EstateOptions, HISTORY_MS } from './estate.ts';
import { exportedSeries } from './exported-series.ts';
import { labelText } from './exposition.ts';

export interface HistoryOptions extends EstateOptions {
  /** Distance of samples, default 15 s. */
  readonly stepMs?: number;
  /** First sample; default two weeks before `startMs`, which is the end (exclusive). */
  readonly fromMs?: number;
  /** Added to every series, as a scrape would: `{ job: 'shop' }`. */
  readonly labels?: Labels;
}

/**
 * What a Prometheus would have scraped before `startMs`, as OpenMetrics text, line by line with line
 * ends, for `promtool tsdb create-blocks-from openmetrics`. A server with the same seed and start
 * continues every counter.
 */
export function* historyLines(options: HistoryOptions): Generator<string> {
  const { startMs, stepMs = 15_000, fromMs = startMs - HISTORY_MS, labels = {} } = options;
  const count = Math.max(0, Math.ceil((startMs - fromMs) / stepMs));
  const times = Float64Array.from({ length: count }, (_, row) => fromMs + row * stepMs);
  let family: unknown;
  for (const series of exportedSeries(createEstate(options))) {
    const { name, help, type } = series.family;
    if (series.family !== family) {
      const bare = name.replace(/_total$/, '');
      yield `# HELP ${bare} ${help}\n`;
      yield `# TYPE ${bare} ${type}\n`;
      family = series.family;
    }
    const head = name + labelText({ ...series.labels, ...labels });
    const values = series.values(times);
    for (let row = 0; row < count; row += 1) {
      const value = values[row] ?? Number.NaN;
      if (!Number.isNaN(value)) yield `${head} ${value} ${(times[row] ?? 0) / 1000}\n`;
    }
  }
  yield '# EOF\n';
}
