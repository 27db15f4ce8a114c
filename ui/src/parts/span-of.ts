import type { Span } from './chart-options.ts';

const HOUR_MS = 3_600_000;
export const SPANS: Readonly<Record<string, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
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
