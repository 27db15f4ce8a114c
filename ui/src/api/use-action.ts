import { useState } from 'preact/hooks';
import { tell } from './live.ts';

export interface Action {
  /** Why the latest try failed. */
  readonly problem: string | undefined;
  readonly running: boolean;
  /** Does it, then has everything shown asked for again. */
  readonly run: (work: () => Promise<unknown>) => void;
}

/** Something that the reader changes, and how it went. */
export function useAction(): Action {
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState(false);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setRunning(true);
    try {
      await work();
      setProblem(undefined);
      tell();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setRunning(false);
  };
  return { problem, running, run: (work) => void run(work) };
}
