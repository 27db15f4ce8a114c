import type { Episode, EpisodeEnding } from '../anomalies/episode.ts';
import { mergedSpans, type Span } from '../context/maintenance.ts';
import type { Samples } from '../series.ts';

/** What fitting must know of an episode. */
export interface PastEpisode extends Pick<Episode, 'kind' | 'openedAtMs' | 'startedAtMs'> {
  /** NaN or null while it is open. */
  readonly endedAtMs: number | null;
  readonly ending?: EpisodeEnding | null;
  /** Whether a person called it true. */
  readonly confirmed?: boolean;
}

/** Where a drift leads is what is usual now; of an absence there is nothing to learn. */
const UNUSUAL: readonly string[] = ['deviation', 'flat_line', 'combination'];
/** Less of the past than this speaks for itself, not for the series. */
const LEAST_SHARE = 0.25;

/**
 * What of `range` is no example of how the series usually is: episodes opened before its end, up to their close, unless they
 * were the beginning of a new level that nobody called an anomaly, and `others`. Ascending spans that do not touch, within the range.
 */
export function unusualSpans(
  episodes: Iterable<PastEpisode>,
  others: readonly Span[],
  range: Span,
): Span[] {
  const spans = [...others];
  for (const { kind, openedAtMs, startedAtMs, endedAtMs, ending, confirmed } of episodes) {
    if (!UNUSUAL.includes(kind) || openedAtMs >= range.endMs) continue;
    // How it ended after the range is not known yet, in a backtest as little as live.
    const closed = endedAtMs !== null && endedAtMs < range.endMs;
    if (closed && ending === 'new_level' && confirmed !== true) continue;
    spans.push({ startMs: startedAtMs, endMs: closed ? endedAtMs : range.endMs });
  }
  return mergedSpans(spans, range);
}

/** Where in `range` an anomaly is no false alarm: within episodes of any kind and ending, and `others`. As unusualSpans. */
export function knownSpans(
  episodes: Iterable<PastEpisode>,
  others: readonly Span[],
  range: Span,
): Span[] {
  const spans = [...others];
  for (const { startedAtMs, endedAtMs } of episodes) {
    const open = endedAtMs === null || Number.isNaN(endedAtMs);
    spans.push({ startMs: startedAtMs, endMs: open ? range.endMs : endedAtMs });
  }
  return mergedSpans(spans, range);
}

/**
 * Time-ordered `history` without ascending `spans`: what detectors are fitted on. Undefined where less than a quarter of
 * its samples is left, which is too little; the same object where nothing is left out.
 */
export function historyToFit(history: Samples, spans: readonly Span[]): Samples | undefined {
  if (spans.length === 0) return history;
  const length = history.times.length;
  const times = new Float64Array(length);
  const values = new Float64Array(length);
  let kept = 0;
  let next = 0;
  for (let i = 0; i < length; i++) {
    const timeMs = history.times[i];
    while (next < spans.length && spans[next].endMs <= timeMs) next++;
    if (next < spans.length && timeMs >= spans[next].startMs) continue;
    times[kept] = timeMs;
    values[kept++] = history.values[i];
  }
  if (kept < LEAST_SHARE * length) return undefined;
  return { times: times.subarray(0, kept), values: values.subarray(0, kept) };
}
