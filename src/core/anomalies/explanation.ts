import { CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';
import { afterEvent } from '../context/after-event.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import type { Labels } from '../labels.ts';
import type { Episode, Peak } from './episode.ts';
import { formatValue } from './format-value.ts';

/** What a sentence needs beside the episode. */
export interface Subject {
  /** Alias of the query. */
  readonly metric: string;
  readonly unit: string;
  readonly labels: Labels;
  /** IANA zone in which times are told. */
  readonly zone: string;
  /** Declared events that it followed within the look-back, oldest first. */
  readonly events?: readonly DeclaredEvent[];
}

const SPOKEN: Readonly<Record<string, string>> = {
  zscore: 'z-score (a jump)',
  seasonal: 'seasonal baseline (the time of day)',
  volatility: 'volatility (unrest)',
  isolation_forest: 'isolation forest (an unusual pattern)',
};

/**
 * One anomaly in words: what, where, when, how much against what was expected, what would have been normal, since when,
 * who agreed and how sure it is.
 */
export function explain(episode: Episode, subject: Subject): string {
  const { peak } = episode;
  const what = `${subject.metric}${where(subject.labels)} was ${formatValue(peak.value, subject.unit)}`;
  const sentences = [
    `${what} at ${timeOfDay(peak.timeMs, subject.zone)}, ${deviation(episode, subject.unit)}`,
  ];
  if (Number.isFinite(peak.lower) && Number.isFinite(peak.upper)) {
    const band = `${formatValue(peak.lower, subject.unit)} to ${formatValue(peak.upper, subject.unit)}`;
    sentences.push(`Normal for that time would have been ${band}`);
  }
  sentences.push(span(episode, subject.zone));
  const after = afterEvent(subject.events ?? [], episode.openedAtMs);
  if (after !== undefined) sentences.push(`It opened ${after}`);
  sentences.push(agreement(episode));
  return `${sentences.join('. ')}.`;
}

function where(labels: Labels): string {
  const names = Object.keys(labels).toSorted();
  return names.length === 0
    ? ''
    : ` (${names.map((name) => `${name} ${labels[name]}`).join(', ')})`;
}

function deviation({ peak, direction }: Episode, unit: string): string {
  const { value, expected } = peak;
  if (!Number.isFinite(expected)) return 'which its past does not explain';
  const usual = `the expected ${formatValue(expected, unit)}`;
  if (direction === 'shape')
    return `within its usual range around ${usual}, but its course is unusual`;
  const times = value / expected;
  if (expected > 0 && times >= 2)
    return `${times >= 10 ? Math.round(times) : times.toFixed(1)} times ${usual}`;
  return `${difference(peak, unit)} ${direction} ${usual}`;
}

function difference({ value, expected }: Peak, unit: string): string {
  const by = formatValue(Math.abs(value - expected), unit);
  return unit === 'ratio' || unit === 'percent' ? `${by.replace(' %', '')} percentage points` : by;
}

function span({ startedAtMs, lastAtMs, endedAtMs, open }: Episode, zone: string): string {
  const started = timeOfDay(startedAtMs, zone);
  if (open) return `It began at ${started} and goes on`;
  const end = Number.isNaN(endedAtMs) ? lastAtMs : endedAtMs;
  return `It lasted from ${started} to ${timeOfDay(end, zone)}`;
}

function agreement({ detectors, confidence }: Episode): string {
  const sure = `confidence ${Math.round(100 * confidence)} %`;
  if (detectors.length === 0) return `Several detectors together raised it, none alone; ${sure}`;
  const names = detectors.map(({ detector }) => SPOKEN[detector] ?? detector);
  return `Raised by ${names.join(', ')}; ${sure}`;
}

function timeOfDay(timeMs: number, zone: string): string {
  const local = new CivilTime(zone).toLocal(timeMs);
  const minutes = Math.floor((((local % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
  return `${two(Math.floor(minutes / (HOUR_MS / 60_000)))}:${two(minutes % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
