const SHORT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** A moment in the reader's own time zone. */
export function moment(time: string | number): string {
  return SHORT.format(new Date(time));
}

/** A day in the reader's own time zone. */
export function dayOf(time: number): string {
  return DAY.format(new Date(time));
}

/** A length of time, in the unit that suits it. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} d`;
}
