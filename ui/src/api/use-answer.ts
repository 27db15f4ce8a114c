import { useEffect, useState } from 'preact/hooks';
import { onChange } from './live.ts';
import { read } from './read.ts';

export interface Asked<Answer> {
  /** The latest answer to this path; it stays while it is asked again, and when that fails. */
  readonly answer: Answer | undefined;
  /** Why the latest try failed. */
  readonly problem: string | undefined;
}

interface Known<Answer> extends Asked<Answer> {
  readonly path: string;
}

/** The answer of a route below /api/v1, kept up to date while it is shown. */
export function useAnswer<Answer>(path: string): Asked<Answer> {
  const [known, setKnown] = useState<Known<Answer>>({
    path,
    answer: undefined,
    problem: undefined,
  });

  useEffect(() => {
    const ending = new AbortController();
    let asking = false;
    const ask = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      try {
        const answer = await read<Answer>(path, ending.signal);
        setKnown({ path, answer, problem: undefined });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (!ending.signal.aborted)
          setKnown((last) => ({
            path,
            answer: last.path === path ? last.answer : undefined,
            problem,
          }));
      }
      asking = false;
    };
    void ask();
    const unsubscribe = onChange(() => void ask());
    return () => {
      unsubscribe();
      ending.abort();
    };
  }, [path]);

  return known.path === path ? known : { answer: undefined, problem: undefined };
}
