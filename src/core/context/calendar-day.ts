/** A day that behaves like a weekend, whatever its weekday: a public holiday, a company's day off. */
export interface CalendarDay {
  /** Days since 1970-01-01, without a zone: a civil date. */
  readonly day: number;
  readonly name: string;
}

/** Which years are asked for, both included: yearly days have no end. */
export interface Years {
  readonly from: number;
  readonly to: number;
}
