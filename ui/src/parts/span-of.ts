const HOUR_MS = 3_600_000;
export const SPANS: Readonly<Record<string, number>> = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 168 * HOUR_MS,
  '30d': 720 * HOUR_MS,
};
export const USUAL = '6h';

/** The span that the address asks for: `from` and `to` in epoch milliseconds, or `span` up to now. */
export function spanOf(
  { searchParams }: Pick<URL, 'searchParams'>,
  nowMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
  if (from > 0 && to > from) return { startMs: from, endMs: to };
  const spanMs = SPANS[searchParams.get('span') ?? USUAL] ?? 6 * HOUR_MS;
  return { startMs: nowMs - spanMs, endMs: nowMs };
}
