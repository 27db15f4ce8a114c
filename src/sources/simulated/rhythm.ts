import { DAY_MS, weekday } from '../../core/civil-time.ts';

const MINUTE_MS = 60_000;
const MINUTES_OF_DAY = 1440;
const MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY;

/** How busy people are, 0.1 at night to about 1 at the lunch peak of a working day, by civil milliseconds. */
export function activityAt(localMs: number): number {
  return onWeek(ACTIVITY, localMs);
}

/** The rush of the lunch hour alone, 0 to 1, on working days. */
export function lunchAt(localMs: number): number {
  return onWeek(LUNCH, localMs);
}

/** The night backup, 0 to 1: from 02:30 to 03:15, two minutes up and down. */
export function backupAt(localMs: number): number {
  const minute = (localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / MINUTE_MS;
  return Math.max(0, Math.min(1, (minute - 150) / 2, (195 - minute) / 2));
}

const ACTIVITY = smoothed(byMinuteOfWeek(workingDay, weekend), 30);
const LUNCH = byMinuteOfWeek(
  (hour) => bump(hour, 12.5, 0.6),
  () => 0,
);

function workingDay(hour: number): number {
  return (
    0.1 + 0.5 * bump(hour, 13, 3.4) + 0.36 * bump(hour, 12.5, 0.7) + 0.42 * bump(hour, 20, 2.2)
  );
}

function weekend(hour: number): number {
  return 0.1 + 0.42 * bump(hour, 15, 3.8) + 0.4 * bump(hour, 20.5, 2.2);
}

function bump(hour: number, centre: number, width: number): number {
  const apart = Math.abs(hour - centre);
  const distance = Math.min(apart, 24 - apart) / width;
  return Math.exp(-0.5 * distance * distance);
}

function byMinuteOfWeek(
  workday: (hour: number) => number,
  freeDay: (hour: number) => number,
): Float64Array {
  return Float64Array.from({ length: MINUTES_OF_WEEK }, (_, minute) => {
    const day = Math.floor(minute / MINUTES_OF_DAY);
    const hour = (minute % MINUTES_OF_DAY) / 60;
    return day === 0 || day === 6 ? freeDay(hour) : workday(hour);
  });
}

/** Mean over `reach` minutes to either side: no step where a working day meets a free one. */
function smoothed(table: Float64Array, reach: number): Float64Array {
  return table.map((_, minute) => {
    let sum = 0;
    for (let offset = -reach; offset <= reach; offset += 1) {
      sum += table.at((minute + offset) % MINUTES_OF_WEEK) ?? 0;
    }
    return sum / (2 * reach + 1);
  });
}

/** The value of a week's table, linear between minutes. */
function onWeek(table: Float64Array, localMs: number): number {
  const day = Math.floor(localMs / DAY_MS);
  const minutes = weekday(localMs) * MINUTES_OF_DAY + (localMs - day * DAY_MS) / MINUTE_MS;
  const index = Math.floor(minutes);
  const here = table[index] ?? 0;
  const next = table[(index + 1) % MINUTES_OF_WEEK] ?? 0;
  return here + (minutes - index) * (next - here);
}
