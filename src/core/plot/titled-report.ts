import type { IncidentReport } from '../backtest/incident-report.ts';

/** A report and the configuration that it is of. */
export interface TitledReport {
  readonly title: string;
  readonly report: IncidentReport;
}

export interface ReportPage {
  readonly title: string;
  /** What was judged. */
  readonly subject: string;
  /** IANA zone of all times. */
  readonly zone: string;
  /** One, or several of the same incidents to compare. */
  readonly reports: readonly [TitledReport, ...TitledReport[]];
}
