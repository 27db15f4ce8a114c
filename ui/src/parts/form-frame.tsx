import type { ComponentChildren } from 'preact';
import type { Action } from '../api/use-action.ts';
import type { Place } from './complaint.ts';
import { Problem } from './problem.tsx';

interface FormFrameProps {
  /** What the form is for, and what its button says. */
  readonly label: string;
  readonly submit: string;
  readonly action: Action;
  readonly send: () => Promise<unknown>;
  /** Fields that show themselves what is wrong with them. */
  readonly fields: readonly Place[];
  /** Whether a field can be seen to be wrong: nothing is sent. */
  readonly faulty?: boolean;
  /** What is well to know before. */
  readonly about?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** What all forms have about their fields: what they are for, the button, and why it did not work. */
export function FormFrame({
  label,
  submit,
  action,
  send,
  fields,
  faulty = false,
  about,
  children,
}: FormFrameProps) {
  return (
    <form
      class="card form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (!faulty) action.run(send);
      }}
    >
      {about !== undefined && <p class="soft">{about}</p>}
      {children}
      <div class="buttons">
        <button type="submit" class="main" disabled={action.running}>
          {submit}
        </button>
        <Problem of={action} besides={fields} />
      </div>
    </form>
  );
}
