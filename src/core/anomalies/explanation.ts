import { afterEvent } from '../context/after-event.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import { plannedWork } from '../context/maintenance.ts';
import type { Episode, Peak } from './episode.ts';
import { formatDifference, formatValue } from './format-value.ts';
import { headline, type Subject } from './headline.ts';
import { timeOfDay } from './spoken-time.ts';

export interface ExplainedSubject extends Subject {
  /** Declared events that the anomaly followed within the look-back, oldest first. */
  readonly events?: readonly DeclaredEvent[];
  /** Title of the planned work in which it opened; empty where it has none. */
  readonly maintenance?: string | undefined;
}

const SPOKEN: Readonly<Record<string, string>> = {
  zscore: 'z-score (a jump)',
  seasonal: 'seasonal baseline (the time of day)',
  volatility: 'volatility (unrest)',
  isolation_forest: 'isolation forest (an unusual pattern)',
};

/** The headline of an episode with what it knows of its manner. */
export function headlineOf(episode: Episode, subject: Subject): string {
  return headline({ ...episode, contributions: episode.grounds?.contributions }, subject);
}

/** One anomaly in words: its headline, how far its worst sample was off, what was declared before it, who agreed, how sure it is. */
export function explain(episode: Episode, subject: ExplainedSubject): string {
  const sentences = [headlineOf(episode, subject), ...worst(episode, subject)];
  const opened = { timeMs: episode.openedAtMs, zone: subject.zone };
  const after = afterEvent(subject.events ?? [], opened);
  if (after !== undefined) sentences.push(`It opened ${after}`);
  if (subject.maintenance !== undefined)
    sentences.push(`It opened during ${plannedWork(subject.maintenance)}, which alerts nobody`);
  sentences.push(agreement(episode));
  return `${sentences.join('. ')}.`;
}

/** How far the worst sample was off; of a deviation only, for other kinds it is no sample. */
function worst({ kind, peak, direction }: Episode, { unit, zone }: Subject): string[] {
  const { value, expected, timeMs } = peak;
  if (kind !== 'deviation' || direction === 'shape' || !Number.isFinite(value - expected))
    return [];
  return [`Worst at ${timeOfDay(timeMs, zone)}, ${distance(peak, { unit, direction })}`];
}

function distance(
  { value, expected }: Peak,
  { unit, direction }: { readonly unit: string; readonly direction: string },
): string {
  const usual = `the expected ${formatValue(expected, unit)}`;
  const times = value / expected;
  if (expected > 0 && times >= 2 && Number.isFinite(times)) {
    return `${times >= 10 ? Math.round(times).toLocaleString('en-US') : times.toFixed(1)} times ${usual}`;
  }
  return `${formatDifference(Math.abs(value - expected), unit)} ${direction} ${usual}`;
}

function agreement({ detectors, confidence }: Episode): string {
  const sure = `confidence ${Math.round(100 * confidence)} %`;
  if (detectors.length === 0) return `Several detectors together raised it, none alone; ${sure}`;
  const names = detectors.map(({ detector }) => SPOKEN[detector] ?? detector.replaceAll('_', ' '));
  return `Raised by ${names.join(', ')}; ${sure}`;
}
