import { useState } from 'preact/hooks';
import { CalendarGrid } from '../parts/calendar-grid.tsx';
import { DaysOffForm } from '../parts/days-off-form.tsx';
import { DaysOffList, EventsList, PlannedList } from '../parts/declared-lists.tsx';
import { EventForm } from '../parts/event-form.tsx';
import { PlannedForm } from '../parts/planned-form.tsx';

const FORMS = {
  event: { name: 'Declare an event', form: <EventForm /> },
  planned: { name: 'Plan work', form: <PlannedForm /> },
  off: { name: 'Add days off', form: <DaysOffForm /> },
};
type Form = keyof typeof FORMS;
const KINDS: readonly Form[] = ['event', 'planned', 'off'];

/** What is known of the world around the series: events, planned work, days off. */
export function CalendarPage({ address }: { readonly address: URL }) {
  const [adding, setAdding] = useState<Form>();
  return (
    <>
      <div class="titled">
        <h1>Calendar</h1>
        <div class="buttons" role="group" aria-label="Add">
          {KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              aria-expanded={adding === kind}
              onClick={() => setAdding(adding === kind ? undefined : kind)}
            >
              {FORMS[kind].name}
            </button>
          ))}
        </div>
      </div>
      {adding !== undefined && FORMS[adding].form}
      <CalendarGrid address={address} />
      <PlannedList />
      <EventsList />
      <DaysOffList />
    </>
  );
}
