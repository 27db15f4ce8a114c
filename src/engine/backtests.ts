import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Episode } from '../core/anomalies/episode.ts';
import { headlineOf } from '../core/anomalies/explanation.ts';
import { scoreOf, severityOf } from '../core/anomalies/severity.ts';
import type { BacktestResult } from '../core/backtest/backtest.ts';
import { DAY_MS } from '../core/civil-time.ts';
import { maintenanceAt } from '../core/context/maintenance.ts';
import type { Source } from '../sources/source.ts';
import {
  addBacktest,
  type BacktestPart,
  type BacktestStatus,
  beatBacktest,
  completeBacktest,
  countRecorded,
  countUnfinishedBacktests,
  deleteBacktest,
  failAbandonedBacktests,
  failBacktest,
  pruneBacktests,
  type WouldBeAnomaly,
} from '../store/backtests-table.ts';
import type { Database } from '../store/database.ts';
import { listRulesInForce, type RuleInForce } from '../store/rules-table.ts';
import { packColumns } from './backtest-columns.ts';
import {
  BacktestError,
  type BacktestRequest,
  type PlannedPart,
  partsOf,
  planPart,
} from './backtest-plan.ts';
import type { BacktestRuns } from './backtest-run.ts';
import type { EngineOptions } from './engine-options.ts';
import { isInScope, occurrenceOf, quietedBy, sharesOf } from './quiet-rules.ts';
import { messageOf } from './trouble.ts';

const BEAT_MS = 1000;
/** A process that was not heard of for so long is gone. */
const GONE_MS = 60_000;
const MOST_UNFINISHED = 10;
const KEPT = { days: 7, most: 50, bytes: 200 * 2 ** 20 };

export interface BacktestsOptions {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly runs: BacktestRuns;
  readonly options: () => EngineOptions;
}

/** Backtests that were asked for: they wait, run on worker threads, are kept for a week and can be taken back at any time. */
export class Backtests {
  readonly #parts: BacktestsOptions;
  readonly #running = new Map<number, { readonly ending: AbortController; done: Promise<void> }>();

  constructor(parts: BacktestsOptions) {
    this.#parts = parts;
  }

  /** Gives its id; it runs when a thread is free. BacktestError `too_many`. */
  async start(request: BacktestRequest, asked: Readonly<Record<string, unknown>>): Promise<number> {
    const { database, clock } = this.#parts;
    await this.giveUpAbandoned();
    if ((await countUnfinishedBacktests(database)) >= MOST_UNFINISHED) {
      const message = `Cannot start another backtest: ${MOST_UNFINISHED} wait or run, delete one or try again later`;
      throw new BacktestError('too_many', message);
    }
    const nowMs = clock.now();
    const beforeMs = nowMs - KEPT.days * DAY_MS;
    await pruneBacktests(database, { beforeMs, most: KEPT.most - 1, mostBytes: KEPT.bytes });
    const id = await addBacktest(database, { name: request.name, request: asked }, nowMs);
    const ending = new AbortController();
    this.#running.set(id, { ending, done: this.#run(id, request, ending) });
    return id;
  }

  /** Ends it and forgets what came of it; false when there is none. */
  async remove(id: number): Promise<boolean> {
    const there = await deleteBacktest(this.#parts.database, id);
    this.#running.get(id)?.ending.abort();
    return there;
  }

  /** Says of those whose process is gone that they failed. An embedded database has one process: all that are not ours. */
  async giveUpAbandoned(): Promise<void> {
    const { database, clock } = this.#parts;
    const nowMs = clock.now();
    const alone = database.kind === 'pglite' && this.#running.size === 0;
    await failAbandonedBacktests(database, {
      beforeMs: alone ? nowMs + 1 : nowMs - GONE_MS,
      nowMs,
    });
  }

  /** Ends what runs; it is failed, with the reason. */
  async close(): Promise<void> {
    for (const { ending } of this.#running.values()) ending.abort(new Error(STOPPED));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await this.#parts.runs.close();
  }

  async #run(id: number, request: BacktestRequest, ending: AbortController): Promise<void> {
    const { database, clock, logger } = this.#parts;
    const told: Told = { status: 'queued', progress: 0 };
    const beating = setInterval(() => void this.#beat(id, told, ending), BEAT_MS);
    try {
      const done = await this.#judge(request, { told, signal: ending.signal });
      const packed = done.map(({ columns }) => columns);
      await completeBacktest(database, id, {
        parts: done.map(({ part }) => part),
        packed,
        nowMs: clock.now(),
      });
    } catch (error) {
      const failure = { error: messageOf(error), nowMs: clock.now() };
      await failBacktest(database, id, failure).catch((unkept: unknown) =>
        logger.warn({ err: unkept }, `Cannot keep that backtest ${id} failed`),
      );
    } finally {
      clearInterval(beating);
      this.#running.delete(id);
    }
  }

  /** Says how far it is; one that was deleted, also by another process, ends. */
  async #beat(id: number, told: Told, ending: AbortController): Promise<void> {
    const { database, clock } = this.#parts;
    try {
      if (!(await beatBacktest(database, id, { ...told, nowMs: clock.now() }))) ending.abort();
    } catch {
      // The database is away: the next beat tells.
    }
  }

  async #judge(
    request: BacktestRequest,
    { told, signal }: { readonly told: Told; readonly signal: AbortSignal },
  ): Promise<{ part: BacktestPart; columns: Uint8Array }[]> {
    const { database, source, clock, runs, options } = this.#parts;
    const count = partsOf(request);
    const done: { part: BacktestPart; columns: Uint8Array }[] = [];
    const rules = request.withRules ? await listRulesInForce(database) : undefined;
    for (let at = 0; at < count; at++) {
      const parts = { database, source, options: options(), nowMs: clock.now(), signal };
      const planned = await planPart(request, at, parts);
      const rows = planned.frame.times.length;
      const [result] = await runs.run(
        { frames: [planned.frame], options: planned.options },
        {
          signal,
          onProgress: (judged) => {
            told.status = 'running';
            told.progress = (at + judged / rows) / count;
          },
        },
      );
      if (result)
        done.push(await this.#partOf(planned, { result, rules: rulesOf(planned, rules) }));
    }
    return done;
  }

  async #partOf(
    planned: PlannedPart,
    { result, rules }: { readonly result: BacktestResult; readonly rules: Rules },
  ) {
    const { name, seriesId, labels, unit, frame, options } = planned;
    const times = frame.times.subarray(options.learnRows);
    const span = { startMs: times[0] ?? 0, endMs: times.at(-1) ?? 0 };
    const recorded =
      seriesId === null
        ? null
        : ((await countRecorded(this.#parts.database, [seriesId], span)).get(seriesId) ?? 0);
    const part: BacktestPart = {
      name,
      seriesId,
      labels,
      unit,
      learnedRows: options.learnRows,
      judgedRows: times.length,
      flaggedRows: result.rows.flag.reduce((sum, flag) => sum + flag, 0),
      ...span,
      stepMs: (times[1] ?? 0) - (times[0] ?? 0),
      rules: rules?.length ?? null,
      recorded,
      anomalies: result.episodes
        .map((episode) => this.#wouldBe(episode, planned, rules))
        .toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    };
    return { part, columns: packColumns(times, result.rows) };
  }

  #wouldBe(
    episode: Episode,
    { name, labels, unit, options }: PlannedPart,
    rules: Rules,
  ): WouldBeAnomaly {
    const { zone, severityLevels } = this.#parts.options();
    const { kind, startedAtMs, openedAtMs, lastAtMs, endedAtMs, peak } = episode;
    const score = scoreOf(peak.ratio);
    const work = maintenanceAt(options.windows ?? [], options.labels ?? {}, {
      timeMs: openedAtMs,
      zone,
    });
    return {
      kind,
      severity: severityOf(score, severityLevels),
      score,
      ratio: peak.ratio,
      startedAtMs,
      openedAtMs,
      lastAtMs,
      endedAtMs: Number.isFinite(endedAtMs) ? endedAtMs : null,
      peakAtMs: peak.timeMs,
      value: peak.value,
      expected: peak.expected,
      sentence: headlineOf(episode, { metric: name, unit, labels, zone }),
      planned: work?.window.title ?? null,
      quietedBy:
        quietedBy(rules ?? [], () => occurrenceOf(episode, { zone, shares: sharesOf(episode) })) ??
        null,
    };
  }
}

/** Undefined where they are left aside. */
type Rules = readonly RuleInForce[] | undefined;

/** Those that are about what is judged; a file is no series that they could be about. */
function rulesOf({ seriesId, metricId, labels, options }: PlannedPart, rules: Rules): Rules {
  if (seriesId === null || metricId === null) return undefined;
  const named = { seriesId, metricId, labels: options.labels ?? labels };
  return rules?.filter(({ scope }) => isInScope(scope, named));
}

const STOPPED = 'SAIMon was stopped while it ran: run it again';

interface Told {
  status: BacktestStatus;
  progress: number;
}
