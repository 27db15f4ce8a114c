import type { Matches } from '../../../src/contract/matches.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useSettled } from '../use-settled.ts';

interface MatchesNoteProps {
  /** As text, `host="db-1"`; undefined while they are not yet what could be asked about. */
  readonly matchers: readonly string[] | undefined;
}

const TYPING_MS = 300;

/** What matchers meet now, while they are written. */
export function MatchesNote({ matchers }: MatchesNoteProps) {
  const asked = matchers?.map((one) => `matcher=${encodeURIComponent(one)}`).join('&');
  const settled = useSettled(asked, TYPING_MS);
  const { answer, problem } = useAnswer<Matches>(
    settled === undefined ? undefined : `/matches?${settled}`,
  );
  // What the fields say of a mistake need not be said twice.
  const told = asked === undefined || problem !== undefined ? undefined : answer;
  return (
    <p class={`matches ${told?.meets_nothing === true ? 'lost' : 'soft'}`} role="status">
      {told?.sentence}
    </p>
  );
}
