import type { Action } from '../api/use-action.ts';
import { isTold, type Place } from './complaint.ts';

interface ProblemProps {
  readonly of: Pick<Action, 'problem'> & Partial<Pick<Action, 'complaints'>>;
  /** Fields that show themselves what is wrong with them. */
  readonly besides?: readonly Place[];
}

/** Why what the reader did failed, if it did. */
export function Problem({ of: { problem, complaints = [] }, besides = [] }: ProblemProps) {
  if (problem === undefined || isTold(complaints, besides)) return null;
  return (
    <p class="problem" role="alert">
      {problem}
    </p>
  );
}
