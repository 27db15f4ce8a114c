const UNIT_MS: Readonly<Record<string, number>> = {
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

/** Whole milliseconds of a duration in the style of Prometheus: `15s`, `1h30m`, `250ms`, `7d`. */
export function parseDuration(text: string): number {
  if (!WHOLE.test(text)) {
    throw new RangeError(
      `Cannot parse duration ${JSON.stringify(text)}: expected a number and one of ms, s, m, h, d, w`,
    );
  }
  let totalMs = 0;
  for (const [, count, unit = ''] of text.matchAll(PART)) {
    totalMs += Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  }
  return Math.round(totalMs);
}

/** The shortest text that parseDuration() reads back as `ms`, in days and below: `7d`, `1h30m`, `0s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) {
    throw new RangeError(`Cannot format duration ${ms}: expected milliseconds of 0 or more`);
  }
  let left = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const unitMs = UNIT_MS[unit] ?? 1;
    const count = Math.floor(left / unitMs);
    if (count > 0) text += `${count}${unit}`;
    left -= count * unitMs;
  }
  return text === '' ? '0s' : text;
}
