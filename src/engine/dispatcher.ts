import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Chart, Notifier, Outcome } from '../notify/notifier.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import {
  type Claimed,
  claimNotifications,
  claimResends,
  dueChannels,
  hastenRetries,
  nextDueMs,
  releaseLeases,
  type Settlement,
  settleNotification,
} from '../store/outbox.ts';
import { anyToRoute, rerouteIncidents } from '../store/routing.ts';
import { withIncidents } from '../store/save-incidents.ts';
import { notifierOf } from './channel-notifier.ts';
import { type Channel, loadChannels } from './channels.ts';
import { deliveryOf } from './delivery.ts';
import type { EngineOptions } from './engine-options.ts';
import { incidentChart } from './incident-chart.ts';
import { routeIncidents } from './route-incidents.ts';
import type { Telemetry } from './telemetry.ts';
import { isAway, messageOf, type Trouble } from './trouble.ts';

export interface DispatcherParts {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly trouble: Trouble;
  /** Instead of what the settings of a channel make: for tests. */
  readonly notifierOf?: ((channel: Channel) => Notifier) | undefined;
}

/** Messages of one channel under way at once: one that hangs holds up no other channel. */
const AT_ONCE = 4;
/** What other processes changed is seen after this time. */
const LOOK_EVERY_MS = 2000;
/** A lease outlasts its try by far; what a killed process was sending is taken by others then. */
const LEASE_SPARE_MS = 5000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 300_000;
/** Longest wait of the others once a channel takes a message again. */
const HASTENED_MS = 10_000;
const LONGEST_ASKED_MS = 3_600_000;
/** How long the source may take to tell the curve of a message. */
const CHART_MS = 3000;
/** How long messages under way may go on when the process ends. */
const GRACE_MS = 2000;

/** Sends what was decided: claims due messages, tries them, and writes what became of each. Several processes share the work. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #options: () => EngineOptions;
  readonly #cut = new AbortController();
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  readonly #pausedUntilMs = new Map<string, number>();
  readonly #notifiers = new Map<string, { readonly key: string; readonly notifier: Notifier }>();
  #wake = new AbortController();
  #rulesSeen = '';
  #released = false;

  constructor(parts: DispatcherParts, options: () => EngineOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Something may be due before its time was known. */
  wake(): void {
    this.#wake.abort();
  }

  /** Until the signal aborts; what is under way then has a moment to end. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, database, trouble } = this.#parts;
    const wake = () => this.wake();
    signal.addEventListener('abort', wake, { once: true });
    while (!signal.aborted) {
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      let waitMs = LOOK_EVERY_MS;
      try {
        await this.dispatch();
        const dueMs = await nextDueMs(database);
        if (dueMs !== null) waitMs = Math.min(waitMs, Math.max(50, dueMs - clock.now()));
        trouble.ends('notifications');
      } catch (error) {
        const subject = isAway(error) ? 'database' : 'notifications';
        if (!signal.aborted) trouble.begins(subject, `${messageOf(error)}; tried again`);
      }
      if (!signal.aborted) await clock.sleep(waitMs, this.#wake.signal);
    }
    await this.#finish();
  }

  /** Decides what is to be decided and begins to send what is due. */
  async dispatch(): Promise<void> {
    const { database, clock } = this.#parts;
    const { notify, zone } = this.#options();
    if (!this.#released && database.kind === 'pglite') await releaseLeases(database);
    this.#released = true;
    const { channels, routes } = await loadChannels(database, notify);
    await this.#noticeRules(JSON.stringify([channels.map(({ name }) => name), routes]));
    while (await anyToRoute(database, clock.now())) {
      const routing = { notify, zone, nowMs: clock.now() };
      await withIncidents(database, (tx) => routeIncidents(tx, routing));
    }
    const due = new Set(await dueChannels(database, clock.now()));
    for (const name of due) {
      const channel = channels.find((one) => one.name === name);
      if (channel) await this.#sendDue(channel);
      else await this.#giveUp(name);
    }
    for (const channel of channels) await this.#resend(channel);
    this.#forget(channels);
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    for (;;) {
      const all = [...this.#underWay.values()].flatMap((some) => [...some]);
      if (all.length === 0) return;
      await Promise.all(all);
    }
  }

  /** With other channels or routes, every incident that goes on is looked at again. */
  async #noticeRules(rules: string): Promise<void> {
    if (rules === this.#rulesSeen) return;
    await rerouteIncidents(this.#parts.database);
    this.#rulesSeen = rules;
  }

  async #sendDue(channel: Channel): Promise<void> {
    const { database, clock } = this.#parts;
    const limit = this.#room(channel.name);
    if (limit === 0) return;
    const leaseMs = this.#options().notify.timeoutMs + LEASE_SPARE_MS;
    const claimed = await claimNotifications(database, channel.name, {
      nowMs: clock.now(),
      leaseMs,
      limit,
    });
    for (const one of claimed) this.#track(channel.name, this.#try(channel, one));
  }

  /** Tells a channel that forgets what still goes on. */
  async #resend(channel: Channel): Promise<void> {
    const { database, clock, trouble } = this.#parts;
    const notifier = this.#notifierOf(channel);
    const limit = this.#room(channel.name);
    if (notifier.resendEveryMs === null || limit === 0) return;
    const claimed = await claimResends(database, channel.name, {
      nowMs: clock.now(),
      everyMs: notifier.resendEveryMs,
      limit,
    });
    for (const one of claimed) {
      const again = async () => {
        const outcome = await this.#send(notifier, one);
        if (outcome.kind === 'sent') trouble.ends(`channel ${channel.name}`);
        else
          trouble.begins(`channel ${channel.name}`, `${outcome.reason} (channel ${channel.name})`);
      };
      this.#track(channel.name, again());
    }
  }

  /** How many more messages of a channel may be under way. */
  #room(name: string): number {
    return this.#isPaused(name) ? 0 : AT_ONCE - (this.#underWay.get(name)?.size ?? 0);
  }

  /** Whether it has asked for a time without messages. */
  #isPaused(name: string): boolean {
    return (this.#pausedUntilMs.get(name) ?? 0) > this.#parts.clock.now();
  }

  #track(name: string, work: Promise<void>): void {
    const { logger } = this.#parts;
    const some = this.#underWay.get(name) ?? new Set();
    this.#underWay.set(name, some);
    const tracked: Promise<void> = work
      .catch((error: unknown) =>
        logger.warn(
          { err: error, channel: name },
          `Cannot keep what became of a notification: ${messageOf(error)}; it is sent again`,
        ),
      )
      .finally(() => {
        some.delete(tracked);
        this.wake();
      });
    some.add(tracked);
  }

  async #try(channel: Channel, claimed: Claimed): Promise<void> {
    const { database, clock, telemetry, trouble } = this.#parts;
    const notifier = this.#notifierOf(channel);
    const outcome = await this.#send(notifier, claimed);
    const nowMs = clock.now();
    const settlement = this.#settle(claimed, { outcome, notifier, nowMs });
    await settleNotification(database, claimed, { settlement, nowMs });
    const { name } = channel;
    telemetry.notifications.inc({
      channel: name,
      outcome: settlement.kind === 'again' ? 'retried' : settlement.kind,
    });
    if (settlement.kind !== 'sent') {
      trouble.begins(`channel ${name}`, `${settlement.reason} (channel ${name})`);
      return;
    }
    const isBack = trouble.of(`channel ${name}`) !== null && !this.#isPaused(name);
    if (isBack) await hastenRetries(database, name, nowMs + HASTENED_MS);
    trouble.ends(`channel ${name}`);
  }

  async #send(notifier: Notifier, claimed: Claimed): Promise<Outcome> {
    const { timeoutMs, externalUrl } = this.#options().notify;
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#cut.signal]);
    const nowMs = this.#parts.clock.now();
    try {
      const chart = notifier.wantsChart ? await this.#chart(claimed) : undefined;
      const delivery = deliveryOf(claimed, { externalUrl, nowMs });
      return await notifier.send({ ...delivery, chart }, signal);
    } catch (error) {
      this.#parts.logger.error(
        { err: error, channel: claimed.channel },
        'A channel failed by a mistake of ours',
      );
      return { kind: 'failed', reason: 'Internal error: the log holds it' };
    }
  }

  /** A message without its picture is better than none, and than a late one. */
  async #chart({ message }: Claimed): Promise<Chart | undefined> {
    const { database, source, clock, logger } = this.#parts;
    const parts = { database, source, nowMs: clock.now() };
    const late = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), CHART_MS).unref();
    });
    try {
      return await Promise.race([incidentChart(message, parts), late]);
    } catch (error) {
      logger.debug({ err: error }, 'Cannot draw the curve of an incident');
      return undefined;
    }
  }

  #settle(
    { attempts, createdAtMs, channel }: Claimed,
    { outcome, notifier, nowMs }: { outcome: Outcome; notifier: Notifier; nowMs: number },
  ): Settlement {
    if (outcome.kind === 'sent') {
      const { resendEveryMs } = notifier;
      return { ...outcome, resendAtMs: resendEveryMs === null ? null : nowMs + resendEveryMs };
    }
    const { reason } = outcome;
    if (outcome.kind === 'refused') return { kind: 'failed', reason };
    const fullMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
    const askedMs = Math.min(LONGEST_ASKED_MS, outcome.retryAfterMs ?? 0);
    // Many that failed together do not come back together.
    const atMs = nowMs + Math.max(fullMs * (1 - Math.random() / 2), askedMs);
    if (askedMs > 0) this.#pausedUntilMs.set(channel, nowMs + askedMs);
    const isHopeless = atMs > createdAtMs + this.#options().notify.retryForMs;
    return isHopeless
      ? { kind: 'failed', reason: `${reason}; given up after ${attempts} tries` }
      : { kind: 'again', reason, atMs };
  }

  /** Messages of a channel that is gone. */
  async #giveUp(name: string): Promise<void> {
    const { database, clock, telemetry } = this.#parts;
    const nowMs = clock.now();
    const claimed = await claimNotifications(database, name, {
      nowMs,
      leaseMs: LEASE_SPARE_MS,
      limit: 100,
    });
    for (const one of claimed) {
      const settlement = {
        kind: 'failed',
        reason: `There is no channel ${name} any more`,
      } as const;
      await settleNotification(database, one, { settlement, nowMs });
      telemetry.notifications.inc({ channel: name, outcome: 'failed' });
    }
  }

  #notifierOf(channel: Channel): Notifier {
    const key = JSON.stringify([channel.settings, channel.problem]);
    const known = this.#notifiers.get(channel.name);
    if (known?.key === key) return known.notifier;
    known?.notifier.close();
    const notifier = (this.#parts.notifierOf ?? notifierOf)(channel);
    this.#notifiers.set(channel.name, { key, notifier });
    return notifier;
  }

  /** Closes the notifiers of channels that are gone. */
  #forget(channels: readonly Channel[]): void {
    for (const [name, { notifier }] of this.#notifiers) {
      if (channels.some((one) => one.name === name)) continue;
      notifier.close();
      this.#notifiers.delete(name);
    }
  }

  async #finish(): Promise<void> {
    const timer = setTimeout(() => this.#cut.abort(), GRACE_MS);
    await this.settled();
    clearTimeout(timer);
    this.#forget([]);
  }
}
