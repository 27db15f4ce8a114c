import type { Labels } from '../core/labels.ts';
import type { LatestJudgement } from '../engine/engine.ts';

type Field = 'ratio' | 'value' | 'expected' | 'lower' | 'upper';

const FAMILIES: readonly { name: string; help: string; field: Field }[] = [
  {
    name: 'saimon_anomaly_score',
    help: 'Deviation ratio r, 1 and above is anomalous',
    field: 'ratio',
  },
  { name: 'saimon_y', help: 'Latest value judged', field: 'value' },
  { name: 'saimon_yhat', help: 'Value expected', field: 'expected' },
  { name: 'saimon_yhat_lower', help: 'Lower limit of the band', field: 'lower' },
  { name: 'saimon_yhat_upper', help: 'Upper limit of the band', field: 'upper' },
];

/** Labels of a series as exposition text, made once: a label set lives as long as its series. */
const rendered = new WeakMap<Labels, { readonly alias: string; readonly text: string }>();

/** Series of one piece of text: about a millisecond of work. */
const PIECE = 500;

/** The results of every series in the text format of Prometheus, each with its labels and `for`, in pieces. */
export function* resultMetrics(judgements: Iterable<LatestJudgement>): Generator<string> {
  const rows = [...judgements];
  if (rows.length === 0) return;
  for (const { name, help, field } of FAMILIES) {
    yield `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
    for (let from = 0; from < rows.length; from += PIECE) {
      let text = '';
      for (const row of rows.slice(from, from + PIECE)) {
        const value = row[field];
        text += `${name}${labelText(row)} ${Number.isFinite(value) ? value : nonFinite(value)}\n`;
      }
      yield text;
    }
  }
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function labelText({ alias, labels }: LatestJudgement): string {
  const known = rendered.get(labels);
  if (known?.alias === alias) return known.text;
  const text = renderLabels(alias, labels);
  rendered.set(labels, { alias, text });
  return text;
}

function renderLabels(alias: string, labels: Labels): string {
  const pairs = new Map<string, string>();
  for (const [name, value] of Object.entries(labels)) {
    if (name === '__name__') continue;
    let safe = legalName(name);
    while (safe === 'for' || pairs.has(safe)) safe = `_${safe}`;
    pairs.set(safe, value);
  }
  pairs.set('for', alias);
  return `{${Array.from(pairs, ([name, value]) => `${name}="${escapeValue(value)}"`).join(',')}}`;
}

function legalName(name: string): string {
  const legal = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
  return /^[0-9]/.test(legal) || legal === '' ? `_${legal}` : legal;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
