import type { Labels } from '../../core/labels.ts';
import type { ExportedSeries } from './exported-series.ts';

/** The metrics page of the estate at `timeMs`, Prometheus text format 0.0.4. */
export function expositionAt(series: readonly ExportedSeries[], timeMs: number): string {
  const at = Float64Array.of(timeMs);
  let page = '';
  let family: unknown;
  for (const one of series) {
    if (one.family !== family) {
      const { name, help, type } = one.family;
      page += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
      family = one.family;
    }
    const [value = Number.NaN] = one.values(at);
    if (!Number.isNaN(value)) page += `${one.family.name}${labelText(one.labels)} ${value}\n`;
  }
  return page;
}

/** `{a="1",b="2"}`; the estate's label values need no escapes. */
export function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(',')}}`;
}
