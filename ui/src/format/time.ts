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

const MONTH = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });

const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' });

const DAY_MS = 86_400_000;

/** A moment in the reader's own time zone. */
export function moment(time: string | number): string {
  return SHORT.format(new Date(time));
}

/** What a field for a time says, in the reader's own time zone, as the server takes it; empty when it says nothing. */
export function timeOfInput(text: string): string {
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? '' : new Date(timeMs).toISOString();
}

/** A day in the reader's own time zone. */
export function dayOf(time: number): string {
  return DAY.format(new Date(time));
}

/** A time of the day in the reader's own time zone. */
export function clockTime(time: number): string {
  return CLOCK.format(new Date(time));
}

/** A month with its year. */
export function monthName(date: Date): string {
  return MONTH.format(date);
}

/** A day of a calendar: weekday and number. */
export function dayName(date: Date): string {
  return WEEKDAY.format(date);
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
