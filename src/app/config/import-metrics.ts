import { isRecord } from '../is-record.ts';

export interface ImportedMetrics {
  readonly queries: Readonly<Record<string, { expr: string; description?: string }>>;
  readonly notes: readonly { readonly index: number; readonly message: string }[];
}

/** The original watched raw counters, which only ever rise: these become rates, the CPU a share. */
export function importMetrics(list: unknown): ImportedMetrics {
  const queries: Record<string, { expr: string; description?: string }> = {};
  const notes: { index: number; message: string }[] = [];
  for (const [index, metric] of (Array.isArray(list) ? list : []).entries()) {
    const name: unknown = isRecord(metric) ? (metric['name'] ?? metric['query']) : metric;
    if (typeof name !== 'string') {
      notes.push({ index, message: 'not imported, it has no name' });
      continue;
    }
    const description = isRecord(metric) ? metric['description'] : undefined;
    const counter = isRecord(metric) ? metric['type'] === 'counter' : name.endsWith('_total');
    const expr = exprOf(name, counter);
    queries[aliasOf(name)] = {
      expr,
      ...(typeof description === 'string' ? { description } : {}),
    };
    if (expr !== name)
      notes.push({ index, message: `a raw counter says nothing, watched as ${expr}` });
  }
  return { queries, notes };
}

function exprOf(name: string, counter: boolean): string {
  if (name === 'node_cpu_seconds_total') {
    return '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))';
  }
  return counter ? `rate(${name}[5m])` : name;
}

/** A query may be any PromQL; its alias is a plain name. */
export function aliasOf(name: string): string {
  const alias = name.replace(/\W+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z_]/.test(alias) ? alias : `query_${alias}`;
}
