import type { Clock } from '../base/clock.ts';
import { limit } from '../base/limit.ts';
import { SourceError } from '../sources/errors.ts';
import { type DetectRunOptions, detectQuery } from './detect-run.ts';
import type { Roster } from './roster.ts';
import type { Telemetry } from './telemetry.ts';
import { isSourceAway, messageOf, type Trouble } from './trouble.ts';

export interface QueryRunsOptions {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly trouble: Trouble;
}

/** Queries asked side by side, so that a slow one does not hold up the others. */
const QUERIES_AT_ONCE = 4;

/** One run over all queries. */
interface Round {
  readonly run: DetectRunOptions;
  /** Of the queries that ended in time; undefined where all went well. */
  readonly outcomes: Map<Roster, SourceError | undefined>;
  /** Aborts when the round no longer waits. */
  readonly over: AbortSignal;
}

/** Detection of every query. One that does not answer in time goes on by itself: the rounds after leave it alone. */
export class QueryRuns {
  readonly #options: QueryRunsOptions;
  readonly #underWay = new Map<Roster, Promise<void>>();
  /** Answers so far: whether the source has been reached since a query was asked. */
  #answers = 0;

  constructor(options: QueryRunsOptions) {
    this.#options = options;
  }

  /** Waits half the time between two runs. Throws what is not the source's failure. */
  async detect(rosters: readonly Roster[], run: DetectRunOptions): Promise<void> {
    const { clock, telemetry } = this.#options;
    const atOnce = limit(QUERIES_AT_ONCE);
    const ending = new AbortController();
    const round: Round = { run, outcomes: new Map(), over: ending.signal };
    const idle = rosters.filter((roster) => !this.#underWay.has(roster));
    if (idle.length < rosters.length)
      telemetry.modelRunsSkipped.inc({ reason: 'busy' }, rosters.length - idle.length);
    const all = Promise.all(idle.map((roster) => atOnce(() => this.#begin(roster, round))));
    try {
      await Promise.race([all, clock.sleep(run.options.inferEveryMs / 2, ending.signal)]);
    } finally {
      ending.abort();
    }
    this.#tell(round);
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #begin(roster: Roster, round: Round): Promise<void> {
    // What did not get its turn in this round has it in the next.
    if (round.over.aborted) return;
    const work = this.#detect(roster, round).finally(() => this.#underWay.delete(roster));
    this.#underWay.set(roster, work);
    await work;
  }

  async #detect(roster: Roster, { run, outcomes, over }: Round): Promise<void> {
    const { telemetry, trouble } = this.#options;
    const subject = `query ${roster.query.alias}`;
    const answersBefore = this.#answers;
    try {
      await detectQuery(roster, run);
      this.#answers++;
      const silence = silenceOf(roster);
      if (silence === undefined) trouble.ends(subject);
      else trouble.begins(subject, silence);
      outcomes.set(roster, undefined);
    } catch (error) {
      if (!over.aborted) {
        run.signal.throwIfAborted();
        if (!(error instanceof SourceError)) throw error;
        outcomes.set(roster, error);
      } else if (isSourceAway(error)) {
        // Where another was answered meanwhile the source is back already.
        if (this.#answers === answersBefore) this.#loseSource(error);
      } else if (!run.signal.aborted) trouble.begins(subject, `${messageOf(error)} (${subject})`);
      if (error instanceof SourceError) telemetry.modelRunsSkipped.inc({ reason: error.code });
    }
  }

  #loseSource({ message }: SourceError): void {
    this.#options.trouble.begins('source', `${message}; what is missed is caught up`);
  }

  /** A source that is away or fails every query alike is one trouble, not one per query. */
  #tell({ outcomes }: Round): void {
    const { trouble } = this.#options;
    const codes = new Set([...outcomes.values()].map((error) => error?.code));
    const alike = codes.size === 1 && outcomes.size > 1;
    // A run may begin before the source goes or comes back: what failed then is no trouble of its query.
    const isOfSource = (error: SourceError) => alike || isSourceAway(error);
    const first = [...outcomes.values()].find((error) => error && isOfSource(error));
    if (first) this.#loseSource(first);
    else if (outcomes.size > 0) trouble.ends('source');
    for (const [{ query }, error] of outcomes) {
      if (error === undefined || isOfSource(error)) continue;
      trouble.begins(`query ${query.alias}`, `${error.message} (query ${query.alias})`);
    }
  }
}

/** A query that somebody named and that finds nothing, or whose series stop all at once, is a trouble of the query. */
function silenceOf({ silentSinceMs, query, size }: Roster): string | undefined {
  if (size === 0 && query.named)
    return `${query.alias} is answered, but with no series yet: try its expr in the source`;
  if (Number.isNaN(silentSinceMs)) return undefined;
  const since = new Date(silentSinceMs).toISOString().slice(0, 16).replace('T', ' ');
  return `${query.alias} is answered, but no series of it sends since ${since} UTC`;
}
