import type { Span } from './chart-options.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SPANS: Readonly<Record<string, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
  '1y': 365 * DAY_MS,
};
export const USUAL = '6h';

/** A part of time that somebody drew: `from` and `to` in epoch milliseconds; undefined when the address has none. */
export function drawnSpan({ searchParams }: Pick<URL, 'searchParams'>): Span | undefined {
  const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
  return from > 0 && to > from ? { startMs: from, endMs: to } : undefined;
}

/** The span that the address asks for: `from` and `to` in epoch milliseconds, or `span` up to now. */
export function spanOf(address: Pick<URL, 'searchParams'>, nowMs: number): Span {
  const drawn = drawnSpan(address);
  if (drawn) return drawn;
  const spanMs = SPANS[address.searchParams.get('span') ?? USUAL] ?? 6 * HOUR_MS;
  return { startMs: nowMs - spanMs, endMs: nowMs };
}

/** The span half of itself earlier (-1) or later (1); never beyond `nowMs`. */
export function moved({ startMs, endMs }: Span, where: -1 | 1, nowMs: number): Span {
  const byMs = Math.min((where * (endMs - startMs)) / 2, nowMs - endMs);
  return { startMs: startMs + byMs, endMs: endMs + byMs };
}

/** The span twice as long around its middle; never beyond `nowMs`. */
export function widened({ startMs, endMs }: Span, nowMs: number): Span {
  const halfMs = (endMs - startMs) / 2;
  const lastMs = Math.min(nowMs, endMs + halfMs);
  return { startMs: lastMs - 4 * halfMs, endMs: lastMs };
}

/** A span as the parameters that `drawnSpan` reads. */
export function spanParameters({ startMs, endMs }: Span) {
  return { span: '', from: String(Math.round(startMs)), to: String(Math.round(endMs)) };
}
