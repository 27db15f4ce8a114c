/** The detection core as a library, `saimon/core`: pure, no input or output. */
export { type Contribution, type Grounds } from './anomalies/contribution.ts';
export { type Episode } from './anomalies/episode.ts';
export { type ExplainedSubject, explain } from './anomalies/explanation.ts';
export { headline, type Subject, type Told } from './anomalies/headline.ts';
export { ratioOf, type Severity, scoreOf, severityOf } from './anomalies/severity.ts';
export { type BacktestOptions, type BacktestResult, backtest } from './backtest/backtest.ts';
export { readCalendar } from './context/calendar.ts';
export { type CalendarDay } from './context/calendar-day.ts';
export { type DeclaredEvent } from './context/declared-event.ts';
export { type Frame } from './frame.ts';
export { DEFAULT_POLICY, type SeriesPolicy } from './model/policy.ts';
export {
  type FittedDetector,
  type Judgement,
  SeriesModel,
  trainSeriesModel,
} from './model/series-model.ts';
export { type Curve } from './plot/curve.ts';
export { curveSvg } from './plot/curve-svg.ts';
export { type Samples } from './series.ts';
