import type { ComponentChildren } from 'preact';
import type { Asked } from '../api/use-answer.ts';

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Nothing to show, and what that means or what to do. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="notice">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

interface AnsweredProps<Answer> {
  readonly of: Asked<Answer>;
  readonly children: (answer: Answer) => ComponentChildren;
}

/** What an answer makes, or why there is none yet. An answer that could not be renewed is still shown. */
export function Answered<Answer>({ of: { answer, problem }, children }: AnsweredProps<Answer>) {
  return (
    <>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {answer === undefined
        ? problem === undefined && <p class="loading">Loading…</p>
        : children(answer)}
    </>
  );
}
