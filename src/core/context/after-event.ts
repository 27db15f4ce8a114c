import type { DeclaredEvent } from './declared-event.ts';

/**
 * How long `timeMs` is after the latest of the events, in words: `4 min after deploy api v1.2`, `during restart`. Undefined
 * without an event.
 */
export function afterEvent(events: readonly DeclaredEvent[], timeMs: number): string | undefined {
  const latest = events.at(-1);
  if (latest === undefined) return undefined;
  const { kind, title, startMs, endMs } = latest;
  const what = title === '' ? kind : title.startsWith(kind) ? title : `${kind} ${title}`;
  const others = events.length === 1 ? '' : ` and ${events.length - 1} more`;
  if (timeMs < endMs) return `during ${what}${others}`;
  const minutes = Math.round((timeMs - startMs) / 60_000);
  return `${minutes < 1 ? 'right' : `${minutes} min`} after ${what}${others}`;
}
