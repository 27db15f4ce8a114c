import type { Anomaly } from '../../../src/contract/anomaly.ts';

/** What a rule is to be about, seen from an anomaly; its labels, where these decide. */
export type Reach = 'series' | 'query' | Readonly<Record<string, string>>;

/** Labels by which an anomaly can be told from others; those that no address could carry are left out. */
export function labelsToChoose({
  labels,
  metric_name: name,
}: Pick<Anomaly, 'labels' | 'metric_name'>): Record<string, string> {
  const all = name === null ? labels : { ...labels, __name__: name };
  return Object.fromEntries(
    Object.entries(all).filter(
      ([label, value]) => /^[A-Za-z_]\w*$/.test(label) && !value.includes(','),
    ),
  );
}

/** The scope in a verdict. */
export function scopeOf(reach: Reach): 'series' | 'query' | { match: Record<string, string> } {
  return typeof reach === 'string' ? reach : { match: { ...reach } };
}

/** The scope in the address of proposals. */
export function reachParameters(reach: Reach): string {
  if (typeof reach === 'string') return `scope=${reach}`;
  const pairs = Object.entries(reach).map(([label, value]) => `${label}=${value}`);
  return `scope=labels&match=${encodeURIComponent(pairs.join(','))}`;
}
