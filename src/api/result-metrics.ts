import type { Labels } from '../core/labels.ts';
import type { LatestJudgement } from '../engine/engine.ts';
import { RESULT_METRICS, resultLabels } from '../engine/results.ts';

/** Labels of a series as exposition text, made once: a label set lives as long as its series. */
const rendered = new WeakMap<Labels, { readonly alias: string; readonly text: string }>();

/** Series of one piece of text: about a millisecond of work. */
const PIECE = 500;

/** The results of every series in the text format of Prometheus, each with its labels and `for`, in pieces. */
export function* resultMetrics(judgements: Iterable<LatestJudgement>): Generator<string> {
  const rows = [...judgements];
  if (rows.length === 0) {
    yield '# No series was judged here yet. Where another process detects (--role engine), results are at its /metrics, and below /prometheus here.\n';
    return;
  }
  for (const { variable, help, field } of RESULT_METRICS) {
    const name = `saimon_${variable}`;
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
  const pairs = Object.entries(resultLabels(alias, labels));
  return `{${pairs.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(',')}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
