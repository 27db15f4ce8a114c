import type { Action } from '../api/use-action.ts';

/** Why what the reader did failed, if it did. */
export function Problem({ of: { problem } }: { readonly of: Pick<Action, 'problem'> }) {
  if (problem === undefined) return null;
  return (
    <p class="problem" role="alert">
      {problem}
    </p>
  );
}
