import type { Clock } from '../base/clock.ts';

/** Messages of one channel under way at once: one that hangs holds up no other channel. */
const AT_ONCE = 4;

/** What is under way to each channel, and which have asked for a time without messages. */
export class ChannelLanes {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  readonly #pausedUntilMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** How many more messages of a channel may be under way. */
  room(name: string): number {
    return this.isPaused(name) ? 0 : AT_ONCE - (this.#underWay.get(name)?.size ?? 0);
  }

  isPaused(name: string): boolean {
    return (this.#pausedUntilMs.get(name) ?? 0) > this.#clock.now();
  }

  pause(name: string, untilMs: number): void {
    this.#pausedUntilMs.set(name, untilMs);
  }

  /** Counts `work`, which never rejects, until it is over; resolves then. */
  track(name: string, work: Promise<void>): Promise<void> {
    const some = this.#underWay.get(name) ?? new Set();
    this.#underWay.set(name, some);
    const tracked: Promise<void> = work.finally(() => some.delete(tracked));
    some.add(tracked);
    return tracked;
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    for (;;) {
      const all = [...this.#underWay.values()].flatMap((some) => [...some]);
      if (all.length === 0) return;
      await Promise.all(all);
    }
  }
}
