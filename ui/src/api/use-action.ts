import { useState } from 'preact/hooks';
import type { Complaint } from '../../../src/contract/error-body.ts';
import { tell } from './live.ts';
import { Refused } from './read.ts';

export interface Action {
  /** Why the latest try failed. */
  readonly problem: string | undefined;
  /** Which fields it failed for. */
  readonly complaints: readonly Complaint[];
  readonly running: boolean;
  /** Does it, then has everything shown asked for again. */
  readonly run: (work: () => Promise<unknown>) => void;
}

/** Something that the reader changes, and how it went. */
export function useAction(): Action {
  const [problem, setProblem] = useState<string>();
  const [complaints, setComplaints] = useState<readonly Complaint[]>([]);
  const [running, setRunning] = useState(false);
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setRunning(true);
    try {
      await work();
      setProblem(undefined);
      setComplaints([]);
      // Once what the work may have left is gone: a page of what was deleted would ask for it.
      setTimeout(tell);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setComplaints(error instanceof Refused ? error.complaints : []);
    }
    setRunning(false);
  };
  return { problem, complaints, running, run: (work) => void run(work) };
}
