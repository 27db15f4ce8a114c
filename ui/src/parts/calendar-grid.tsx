import type { EventList } from '../../../src/contract/event.ts';
import type { Schedule } from '../../../src/contract/schedule.ts';
import { useAnswer } from '../api/use-answer.ts';
import type { Wire } from '../api/wire.ts';
import { dayName, monthName } from '../format/time.ts';
import { withParameters } from '../navigation.ts';
import {
  type Day,
  dateOf,
  dateText,
  daysAround,
  fillDays,
  spanOfDays,
  turned,
  type View,
} from './calendar-days.ts';
import { Problem } from './problem.tsx';

/** More would not fit on a day of a month. */
const SHOWN: Readonly<Record<View, number>> = { month: 4, week: 100 };

/** A week or month of declared events, planned work and days off; which one stands in the address. */
export function CalendarGrid({ address }: { readonly address: URL }) {
  const view = address.searchParams.get('view') === 'week' ? 'week' : 'month';
  const date = dateOf(address.searchParams.get('at'), Date.now());
  const dates = daysAround(date, view);
  const { startMs, endMs } = spanOfDays(dates);
  const schedule = useAnswer<Schedule>(`/schedule?start=${startMs}&end=${endMs}`);
  const events = useAnswer<Wire<typeof EventList>>(
    `/events?start_time=${startMs}&end_time=${endMs}&limit=1000`,
  );
  const days = fillDays(dates, {
    planned: schedule.answer?.planned ?? [],
    days_off: schedule.answer?.days_off ?? [],
    events: events.answer?.events ?? [],
  });
  const to = (where: -1 | 1): string =>
    withParameters(address, { at: dateText(turned(date, view, where)) });
  const isEmpty = days.every(({ entries }) => entries.length === 0);
  return (
    <section aria-labelledby="shown">
      <div class="titled">
        <h2 id="shown" aria-live="polite">
          {monthName(date)}
        </h2>
        <nav class="spans" aria-label="Part of the calendar">
          {(['week', 'month'] as const).map((one) => (
            <a
              key={one}
              href={withParameters(address, { view: one === 'month' ? '' : one })}
              aria-current={one === view ? 'true' : undefined}
            >
              {one === 'week' ? 'Week' : 'Month'}
            </a>
          ))}
          <a href={to(-1)} aria-label="Earlier">
            ←
          </a>
          <a href={withParameters(address, { at: '' })}>Today</a>
          <a href={to(1)} aria-label="Later">
            →
          </a>
        </nav>
      </div>
      <Problem of={{ problem: schedule.problem ?? events.problem }} />
      <ol class={`card days ${view}`}>
        {days.map((day) => (
          <DayCell
            key={day.date.getTime()}
            day={day}
            shown={SHOWN[view]}
            address={address}
            isAside={view === 'month' && day.date.getMonth() !== date.getMonth()}
          />
        ))}
      </ol>
      {isEmpty && <p class="soft">Nothing is declared of these days.</p>}
    </section>
  );
}

interface DayCellProps {
  readonly day: Day;
  readonly shown: number;
  readonly address: URL;
  /** It belongs to the month before or after. */
  readonly isAside: boolean;
}

function DayCell({ day: { date, entries }, shown, address, isAside }: DayCellProps) {
  const isToday = dateText(date) === dateText(dateOf(null, Date.now()));
  const isOff = entries.some(({ kind }) => kind === 'off');
  const classes = [
    isAside && 'aside-day',
    isToday && 'today',
    isOff && 'day-off',
    entries.length === 0 && 'empty',
  ];
  return (
    <li class={classes.filter((one) => one !== false).join(' ')}>
      <time dateTime={dateText(date)} aria-current={isToday ? 'date' : undefined}>
        {dayName(date)}
      </time>
      <ul>
        {entries.slice(0, shown).map(({ kind, time, text }) => (
          <li key={`${kind} ${time} ${text}`} class={`entry ${kind}`} title={text}>
            {time !== '' && <span class="soft">{time}</span>} {text}
          </li>
        ))}
        {entries.length > shown && (
          <li>
            <a href={withParameters(address, { view: 'week', at: dateText(date) })}>
              {entries.length - shown} more
            </a>
          </li>
        )}
      </ul>
    </li>
  );
}
