import type { Anomaly } from '../../../src/contract/anomaly.ts';

export type Severity = Anomaly['severity'];

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
