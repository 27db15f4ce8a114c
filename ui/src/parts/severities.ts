import type { Anomaly } from '../../../src/contract/anomaly.ts';

export type Severity = Anomaly['severity'];

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** For a filter; empty stands for any. */
export const SEVERITY_CHOICES: Readonly<Record<string, string>> = {
  '': 'Any',
  ...Object.fromEntries(SEVERITIES.map((severity) => [severity, severity])),
};
