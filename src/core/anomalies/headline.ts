import { DAY_MS } from '../civil-time.ts';
import type { Labels } from '../labels.ts';
import type { Contribution } from './contribution.ts';
import type { DriftReport, Episode, EpisodeKind, Peak } from './episode.ts';
import { formatDifference, formatRange, formatValue } from './format-value.ts';
import { dateOf, spokenDuration, timeOfDay } from './spoken-time.ts';

/** What a sentence needs beside the episode. */
export interface Subject {
  /** Alias of the query. */
  readonly metric: string;
  readonly unit: string;
  readonly labels: Labels;
  /** IANA zone in which times are told. */
  readonly zone: string;
}

/** What the sentence tells of an episode. */
export interface Told
  extends Pick<
    Episode,
    | 'kind'
    | 'startedAtMs'
    | 'lastAtMs'
    | 'endedAtMs'
    | 'open'
    | 'peak'
    | 'direction'
    | 'ending'
    | 'drift'
    | 'standstill'
  > {
  /** What made the peak, largest first. */
  readonly contributions?: readonly Pick<Contribution, 'name'>[] | undefined;
}

/** Labels whose value says by itself what it names. */
const SPEAKING = new Set([
  'instance',
  'host',
  'hostname',
  'node',
  'pod',
  'service',
  'container',
  'job',
]);
const MOST_LABELS = 3;
/** Longer episodes are told with dates. */
const LONG_MS = 20 * 3_600_000;
/** What a date beyond it is worth: nothing. */
const FAR_MS = 3650 * DAY_MS;
const MOST_DIGITS = 12;

const TELL: Readonly<Record<EpisodeKind, (told: Told, subject: Subject) => string>> = {
  deviation,
  drift,
  flat_line: (told, subject) =>
    `${told.open ? 'has stood' : 'stood'} still${at(told.peak, subject)} ${goingOn(told, subject)}${before(told, 'standstill')}`,
  absence: (told, subject) =>
    `${told.open ? 'has sent' : 'sent'} no sample ${goingOn(told, subject)}${before(told, 'pause')}`,
  combination: (told, subject) =>
    `hardly ever stands${at(told.peak, subject)} while the other series of its entity are as they are, ${span(told, subject)}`,
};

/** One anomaly in one sentence that can be read aloud: what, by how much, against what, for how long, in what manner. */
export function headline(told: Told, subject: Subject): string {
  return `${subject.metric}${of(subject.labels)} ${TELL[told.kind](told, subject)}`;
}

/** Whose it is: ` of ` and the values of the labels that say it best; empty without labels. */
export function of(labels: Labels): string {
  const names = Object.keys(labels).toSorted(
    (a, b) => Number(SPEAKING.has(b)) - Number(SPEAKING.has(a)) || (a < b ? -1 : 1),
  );
  if (names.length === 0) return '';
  const spoken = names
    .slice(0, MOST_LABELS)
    .map((name) => (SPEAKING.has(name) ? labels[name] : `${name} ${labels[name]}`));
  const others = names.length > MOST_LABELS ? ' …' : '';
  return ` of ${spoken.join(', ')}${others}`;
}

function at({ value }: Peak, { unit }: Subject): string {
  return Number.isFinite(value) ? ` at ${formatValue(value, unit)}` : '';
}

function deviation(told: Told, subject: Subject): string {
  const { peak, direction } = told;
  const { value, normal } = toldApart(peak, subject.unit);
  const lasting = span(told, subject);
  const manner = mannerOf(told);
  const so = manner === undefined ? '' : `; ${manner}`;
  if (direction === 'shape') {
    const usual = normal === undefined ? '' : ` within its usual ${normal}`;
    return `${told.open ? 'runs' : 'ran'} an unusual course at ${value}${usual}, ${lasting}${so}`;
  }
  const moved = `${direction === 'above' ? 'went up to' : 'went down to'} ${value}`;
  if (normal === undefined) return `${moved}, which its past does not explain, ${lasting}`;
  return `${moved}, expected ${normal} at that time, ${lasting}${so}`;
}

/** Value and normal range with as many digits as it takes to tell them apart. */
function toldApart(
  { value, expected, lower, upper }: Peak,
  unit: string,
): { readonly value: string; readonly normal: string | undefined } {
  for (let digits = 3; ; digits++) {
    const text = formatValue(value, unit, { digits });
    const bounds = [lower, upper].filter((bound) => bound !== value);
    const apart = bounds.every((bound) => formatValue(bound, unit, { digits }) !== text);
    if (!apart && digits < MOST_DIGITS) continue;
    const range = formatRange([lower, upper], unit, { digits });
    const normal =
      range ?? (Number.isFinite(expected) ? formatValue(expected, unit, { digits }) : undefined);
    return { value: text, normal };
  }
}

function mannerOf({ contributions = [], direction, peak, open }: Told): string | undefined {
  const isShape = direction === 'shape';
  const up = isShape ? peak.value > peak.expected : direction === 'above';
  const is = open ? 'is' : 'was';
  for (const { name } of contributions) {
    if (name.startsWith('jump_')) return up ? 'it jumped' : 'it dropped';
    if (name.startsWith('shift_')) return up ? 'its level rose' : 'its level fell';
    if (name.startsWith('time_of_day'))
      return `it ${is} ${up ? 'high' : 'low'} for the time of day`;
    if (name === 'volatility') return open ? 'it scatters unusually' : 'it scattered unusually';
    if (name === 'pattern') return isShape ? undefined : `its course ${is} unusual`;
  }
  return undefined;
}

function drift(told: Told, { unit, zone }: Subject): string {
  const { peak, direction, drift: report } = told;
  const level = Number.isFinite(peak.value)
    ? `, its mean of a day is ${toldApart(peak, unit).value}`
    : '';
  const { normal } = toldApart(peak, unit);
  const usual = normal === undefined ? '' : `, expected ${normal}`;
  const up = report ? report.perDay > 0 : direction === 'above';
  const way = `${told.open ? 'drifts' : 'drifted'} slowly ${up ? 'up' : 'down'}`;
  if (report === undefined) return `${way} since ${dateOf(told.startedAtMs, zone)}${level}${usual}`;
  const pace = formatDifference(Math.abs(report.perDay), unit);
  const since = dateOf(report.sinceMs, zone);
  return `${way} by ${pace} a day since ${since}${level}${usual}${told.open ? limitOf(report, { unit, zone }) : ''}`;
}

function limitOf(
  { sinceMs, reaches }: DriftReport,
  { unit, zone }: Pick<Subject, 'unit' | 'zone'>,
): string {
  if (reaches === undefined || !(reaches.atMs - sinceMs < FAR_MS)) return '';
  return `; if it goes on it reaches ${formatValue(reaches.limit, unit)} about ${dateOf(reaches.atMs, zone)}`;
}

/** What simply goes on is told by its beginning: nothing is heard of it until it ends. */
function goingOn(told: Told, subject: Subject): string {
  return told.open ? `since ${timeOfDay(told.startedAtMs, subject.zone)}` : span(told, subject);
}

function before({ standstill }: Told, what: string): string {
  if (standstill === undefined) return '';
  const { longestMs } = standstill;
  if (longestMs === 0) return `; it had no ${what} before`;
  return `; its longest ${what} before was ${spokenDuration(longestMs)}`;
}

const ENDINGS = {
  returned: '',
  new_level: ', and it stayed there',
  vanished: ', until its samples stopped',
};

/** For how long an episode has lasted, from when to when and how it ended. */
export function span(told: Told, { zone }: Pick<Subject, 'zone'>): string {
  const { startedAtMs, lastAtMs, endedAtMs, open, ending } = told;
  const endMs = open || Number.isNaN(endedAtMs) ? lastAtMs : endedAtMs;
  const durationMs = Math.max(0, endMs - startedAtMs);
  const clock = (timeMs: number): string =>
    durationMs < LONG_MS
      ? timeOfDay(timeMs, zone)
      : `${dateOf(timeMs, zone)} ${timeOfDay(timeMs, zone)}`;
  const since = clock(startedAtMs);
  if (open)
    return durationMs === 0
      ? `since ${since}`
      : `for ${spokenDuration(durationMs)} so far (since ${since})`;
  const ended = ENDINGS[ending ?? 'returned'];
  if (durationMs === 0) return `at ${since}${ended}`;
  return `for ${spokenDuration(durationMs)} (${since} to ${clock(endMs)})${ended}`;
}
