import type { ComponentChildren } from 'preact';
import type { CalendarList } from '../../../src/contract/calendar.ts';
import type { EventList } from '../../../src/contract/event.ts';
import type { MaintenanceWindowList } from '../../../src/contract/maintenance-window.ts';
import { change } from '../api/read.ts';
import { useAction } from '../api/use-action.ts';
import { type Asked, useAnswer } from '../api/use-answer.ts';
import { asMe } from '../api/who.ts';
import type { Wire } from '../api/wire.ts';
import { moment } from '../format/time.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { Answered, Empty } from './notice.tsx';
import { Problem } from './problem.tsx';

const SHOWN = 50;

/** All planned work that is known, newest first. */
export function PlannedList() {
  const list = useAnswer<Wire<typeof MaintenanceWindowList>>(`/maintenance-windows?limit=${SHOWN}`);
  return (
    <Listed title="Planned work" of={list} rows={(answer) => answer.maintenance_windows}>
      {(one) => (
        <DeclaredRow
          key={one.id}
          path={`/maintenance-windows/${one.id}`}
          question="Anomalies in it alert again:"
          isOurs={one.origin === 'api'}
          by={one.created_by}
        >
          <strong>{one.title === '' ? 'Planned work' : one.title}</strong>{' '}
          {one.active && <span class="mark now">now</span>} <LabelText labels={one.match} />
          <span class="soft">
            {one.weekly ?? `${momentOrNever(one.starts_at)} to ${momentOrNever(one.ends_at)}`}
          </span>
        </DeclaredRow>
      )}
    </Listed>
  );
}

/** The latest declared events. */
export function EventsList() {
  const list = useAnswer<Wire<typeof EventList>>(`/events?limit=${SHOWN}`);
  return (
    <Listed title="Events" of={list} rows={(answer) => answer.events}>
      {(one) => (
        <DeclaredRow
          key={one.id}
          path={`/events/${one.id}`}
          question="It explains nothing any more:"
          isOurs
          by={one.source === 'api' ? one.created_by : one.source}
        >
          <strong>{one.kind}</strong> {one.title} <LabelText labels={one.labels} />
          <span class="soft">
            {moment(one.started_at)}
            {one.ended_at !== null && ` to ${moment(one.ended_at)}`}
          </span>
        </DeclaredRow>
      )}
    </Listed>
  );
}

/** Calendars of days off. */
export function DaysOffList() {
  const list = useAnswer<Wire<typeof CalendarList>>(`/calendars?limit=${SHOWN}`);
  return (
    <Listed title="Days off" of={list} rows={(answer) => answer.calendars}>
      {(one) => (
        <DeclaredRow
          key={one.id}
          path={`/calendars/${one.id}`}
          question="Its days are like any other again:"
          isOurs={one.origin === 'api'}
          by={one.created_by}
        >
          <strong>{one.name}</strong> <span class="soft">{countOf(one.content)}</span>
        </DeclaredRow>
      )}
    </Listed>
  );
}

interface ListedProps<Answer, Row> {
  readonly title: string;
  readonly of: Asked<Answer>;
  readonly rows: (answer: Answer) => readonly Row[];
  readonly children: (row: Row) => ComponentChildren;
}

function Listed<Answer extends { readonly total: number }, Row>({
  title,
  of,
  rows,
  children,
}: ListedProps<Answer, Row>) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <Answered of={of}>
        {(answer) =>
          answer.total === 0 ? (
            <Empty title="None declared" />
          ) : (
            <>
              <ul class="rows card">{rows(answer).map(children)}</ul>
              {answer.total > SHOWN && (
                <p class="soft">
                  the newest {SHOWN} of {answer.total}
                </p>
              )}
            </>
          )
        }
      </Answered>
    </section>
  );
}

interface DeclaredRowProps {
  /** Where it is removed. */
  readonly path: string;
  readonly question: string;
  /** What stands in the configuration is changed there. */
  readonly isOurs: boolean;
  readonly by: string;
  readonly children: ComponentChildren;
}

function DeclaredRow({ path, question, isOurs, by, children }: DeclaredRowProps) {
  const action = useAction();
  return (
    <li class="declared">
      <span>{children}</span>
      <span class="soft">{isOurs ? `by ${by}` : 'of the configuration'}</span>
      {isOurs && (
        <span class="buttons">
          <ConfirmButton
            label="Remove"
            question={question}
            disabled={action.running}
            onConfirm={() => action.run(() => change(asMe(path), { method: 'DELETE' }))}
          />
          <Problem of={action} />
        </span>
      )}
    </li>
  );
}

function LabelText({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(labels).map(([name, value]) => (
        <code key={name} class="label">
          {name}={value}
        </code>
      ))}
    </>
  );
}

function momentOrNever(time: string | null): string {
  return time === null ? '–' : moment(time);
}

function countOf(content: string): string {
  if (/^\s*BEGIN:VCALENDAR/i.test(content))
    return `${content.match(/^BEGIN:VEVENT/gim)?.length ?? 0} entries of an iCalendar`;
  const lines = content.split('\n').filter((line) => /\d/.test(line)).length;
  return lines === 1 ? '1 day' : `${lines} days`;
}
