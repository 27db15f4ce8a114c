const SHORT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const DAY_MS = 86_400_000;

/** A moment in the reader's own time zone. */
export function moment(time: string | number): string {
  return SHORT.format(new Date(time));
}

/** A day in the reader's own time zone. */
export function dayOf(time: number): string {
  return DAY.format(new Date(time));
}

/** What stands at the ticks of an axis of time: the day below the first tick of it only. */
export function tickTexts(ticks: readonly number[], everyMs: number): string[] {
  if (everyMs >= DAY_MS) return ticks.map(dayOf);
  return ticks.map((tick, index) => {
    const before = ticks[index - 1];
    const isNewDay = before === undefined || dayOf(before) !== dayOf(tick);
    return isNewDay ? `${CLOCK.format(tick)}\n${dayOf(tick)}` : CLOCK.format(tick);
  });
}

/** A length of time, in the unit that suits it. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} d`;
}
