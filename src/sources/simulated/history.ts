import type { Labels } from '../../core/labels.ts';
import { createEstate, type EstateOptions } from './estate.ts';
import { exportedSeries } from './exported-series.ts';
import { labelText } from './exposition.ts';

export interface HistoryOptions extends EstateOptions {
  /** Distance of samples, default 15 s. */
  readonly stepMs?: number;
  /** Added to every series, as a scrape would: `{ job: 'shop' }`. */
  readonly labels?: Labels;
}

/**
 * What a Prometheus would have scraped before `startMs`, as OpenMetrics text, line by line with line
 * ends, for `promtool tsdb create-blocks-from openmetrics`. A server with the same seed and start
 * continues every counter.
 */
export function* historyLines(options: HistoryOptions): Generator<string> {
  const { stepMs = 15_000, labels = {} } = options;
  const estate = createEstate(options);
  const { beginMs, startMs } = estate;
  const count = Math.max(0, Math.ceil((startMs - beginMs) / stepMs));
  const times = Float64Array.from({ length: count }, (_, row) => beginMs + row * stepMs);
  let family: unknown;
  for (const series of exportedSeries(estate)) {
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
