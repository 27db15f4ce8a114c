import type { Anomaly } from '../../../src/contract/anomaly.ts';

/** The first sentence of what was said of an anomaly. */
export function headlineOf({ explanation, kind }: Pick<Anomaly, 'explanation' | 'kind'>): string {
  if (explanation === null) return `No explanation was given of this ${kind.replace('_', ' ')}.`;
  return /^.*?[.!?](?=\s|$)/s.exec(explanation)?.[0] ?? explanation;
}
