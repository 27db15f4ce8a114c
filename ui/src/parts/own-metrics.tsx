import type { Status } from '../../../src/contract/status.ts';
import { quantity } from '../format/quantity.ts';

type Metric = Status['metrics'][number];

const SHOWN = /^saimon_|^process_resident_memory_bytes$|^process_cpu_seconds_total$/;
const MOST_VALUES = 8;

/** SAIMon's own metrics as they are now; a Prometheus can scrape them, and more of them, at /metrics. */
export function OwnMetrics({ metrics }: { readonly metrics: readonly Metric[] }) {
  return (
    <section aria-labelledby="metrics">
      <h2 id="metrics">Its own metrics</h2>
      <p class="soft">
        All of them, for Prometheus: <a href="/metrics">/metrics</a>
      </p>
      <ul class="rows card">
        {metrics
          .filter(({ name, values }) => SHOWN.test(name) && values.length > 0)
          .map((metric) => (
            <li key={metric.name} class="metric">
              <span>
                {metric.help} <code class="soft">{metric.name}</code>
              </span>
              <span>{valuesOf(metric)}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** Each value with its labels, the largest first; of a histogram the means. */
function valuesOf({ name, values }: Metric): string {
  const told = values.map(({ labels, value, count }) => {
    const mean = count === undefined ? value : value / count;
    return { labels: Object.values(labels).join(' '), value: mean, count };
  });
  const shown = told
    .toSorted((a, b) => (b.count ?? b.value) - (a.count ?? a.value))
    .slice(0, MOST_VALUES)
    .map(({ labels, value, count }) => {
      const text = quantity(value, unitOf(name));
      const often = count === undefined ? '' : ` in the mean of ${quantity(count, '')}`;
      return `${labels === '' ? '' : `${labels}: `}${count === 0 ? 'not measured yet' : text + often}`;
    });
  return shown.join(', ') + (told.length > shown.length ? ', …' : '');
}

function unitOf(name: string): string {
  if (name.endsWith('_bytes')) return 'bytes';
  return /_seconds(_total)?$/.test(name) ? 'seconds' : '';
}
