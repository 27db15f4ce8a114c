import type { Clock } from '../base/clock.ts';
import { changesIn } from '../core/context/changes.ts';
import { labelsKey } from '../core/labels.ts';
import { SourceError } from '../sources/errors.ts';
import type { Source } from '../sources/source.ts';
import type { EventDraft } from '../store/events-table.ts';
import type { EngineOptions, EventQuery } from './engine-options.ts';
import { readRange } from './read-range.ts';
import type { Telemetry } from './telemetry.ts';
import { messageOf, type Trouble } from './trouble.ts';

export interface EventQueriesOptions {
  readonly telemetry: Telemetry;
  readonly source: Source;
  readonly clock: Clock;
  readonly trouble: Trouble;
}

const MOST_STEPS = 11_000;
/** Read again at every run: what a source learned late, and the value before. */
const OVERLAP_MS = 600_000;
/** An expression that changes more often is no sign of events. */
const MOST_EVENTS = 200;

/** Reads expressions whose changes are events. Told again, an event is the same one: its key is its time and labels. */
export class EventQueries {
  readonly #options: EventQueriesOptions;
  /** Every sample up to here was looked at, by expression. */
  readonly #readUntilMs = new Map<string, number>();

  constructor(options: EventQueriesOptions) {
    this.#options = options;
  }

  /** What happened since the last call; the first one reads the history that models are trained on. */
  async read(options: EngineOptions, signal: AbortSignal): Promise<EventDraft[]> {
    const found: EventDraft[] = [];
    for (const query of options.context.eventQueries) {
      const about = `events ${query.expr}`;
      try {
        found.push(...(await this.#readOne(query, options, signal)));
        this.#options.trouble.ends(about);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SourceError)) throw error;
        this.#options.trouble.begins(
          about,
          `${messageOf(error)} (context.events.queries ${query.expr})`,
        );
      }
    }
    return found;
  }

  async #readOne(
    query: EventQuery,
    { stepMs, settleMs, historyMs }: EngineOptions,
    signal: AbortSignal,
  ): Promise<EventDraft[]> {
    const { clock, source, telemetry } = this.#options;
    const untilMs = floor(clock.now() - settleMs, stepMs);
    const readMs = this.#readUntilMs.get(query.expr) ?? untilMs - historyMs;
    const found: EventDraft[] = [];
    let fromMs = floor(Math.max(readMs - OVERLAP_MS, untilMs - historyMs), stepMs);
    while (fromMs < untilMs) {
      const endMs = Math.min(untilMs, fromMs + (MOST_STEPS - 1) * stepMs);
      const range = { expr: query.expr, startMs: fromMs, endMs, stepMs };
      const { series } = await readRange({ source, telemetry, signal }, range);
      for (const { labels, samples } of series) {
        for (const timeMs of changesIn(samples, fromMs)) {
          found.push({
            kind: query.kind,
            title: query.title,
            labels,
            startedAtMs: timeMs,
            endedAtMs: null,
            source: 'query',
            sourceKey: `${query.kind} ${query.expr} ${labelsKey(labels)} ${timeMs}`,
            reason: `${query.expr} changed`,
            createdBy: 'config',
          });
        }
      }
      if (found.length > MOST_EVENTS) throw tooMany(query, found.length);
      fromMs = endMs === untilMs ? untilMs : endMs - OVERLAP_MS;
    }
    this.#readUntilMs.set(query.expr, untilMs);
    return found;
  }
}

function floor(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}

function tooMany({ expr }: EventQuery, count: number): SourceError {
  return new SourceError(
    'rejected',
    `Cannot take the changes of ${expr} for events: ${count} at once, narrow it to what happens rarely`,
  );
}
