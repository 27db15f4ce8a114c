import { timeOfDay } from '../anomalies/spoken-time.ts';
import type { DeclaredEvent } from './declared-event.ts';

/**
 * How long `timeMs` is after the latest of the events, in words: `4 min after deploy api v1.2 of 12:03`,
 * `during restart of 12:03`. Undefined without an event.
 */
export function afterEvent(
  events: readonly DeclaredEvent[],
  { timeMs, zone }: { readonly timeMs: number; readonly zone: string },
): string | undefined {
  const latest = events.at(-1);
  if (latest === undefined) return undefined;
  const { kind, title, startMs, endMs } = latest;
  const name = title === '' ? kind : title.startsWith(kind) ? title : `${kind} ${title}`;
  const what = `${name} of ${timeOfDay(startMs, zone)}`;
  const others = events.length === 1 ? '' : ` and ${events.length - 1} more`;
  if (timeMs < endMs) return `during ${what}${others}`;
  const minutes = Math.round((timeMs - startMs) / 60_000);
  return `${minutes < 1 ? 'right' : `${minutes} min`} after ${what}${others}`;
}
