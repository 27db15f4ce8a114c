import { useEffect, useState } from 'preact/hooks';
import { onChange } from './live.ts';
import { read } from './read.ts';

export interface Asked<Answer> {
  /** The latest answer; it stays until there is a newer one, also when another path is asked for. */
  readonly answer: Answer | undefined;
  /** Why the latest try failed. */
  readonly problem: string | undefined;
}

const NOTHING = { answer: undefined, problem: undefined };

interface Asking {
  /** Asked once only: it is costly, and as true in a minute. */
  readonly once?: boolean;
  /** What is asked about, where it is too much for an address: JSON, which is posted. */
  readonly json?: string | undefined;
}

/** The answer of a route below /api/v1, kept up to date while it is shown; nothing is asked without a path. */
export function useAnswer<Answer>(
  path: string | undefined,
  { once = false, json }: Asking = {},
): Asked<Answer> {
  const [asked, setAsked] = useState<Asked<Answer>>(NOTHING);

  useEffect(() => {
    if (path === undefined) {
      setAsked(NOTHING);
      return undefined;
    }
    const ending = new AbortController();
    let asking = false;
    const ask = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      try {
        setAsked({ answer: await read<Answer>(path, ending.signal, json), problem: undefined });
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (!ending.signal.aborted) setAsked(({ answer }) => ({ answer, problem }));
      }
      asking = false;
    };
    void ask();
    const unsubscribe = once ? undefined : onChange(() => void ask());
    return () => {
      unsubscribe?.();
      ending.abort();
    };
  }, [path, once, json]);

  return asked;
}
