import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Notifier, Outcome } from '../notify/notifier.ts';
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
  settleNotification,
} from '../store/outbox.ts';
import { anyToRoute, rerouteIncidents } from '../store/routing.ts';
import { withIncidents } from '../store/save-incidents.ts';
import { ChannelLanes } from './channel-lanes.ts';
import { notifierOf } from './channel-notifier.ts';
import { type Channel, loadChannels } from './channels.ts';
import type { EngineOptions } from './engine-options.ts';
import { NotifierPool } from './notifier-pool.ts';
import { routeIncidents } from './route-incidents.ts';
import { sendClaimed } from './send-claimed.ts';
import { askedWaitMs, settlementOf } from './settlement-of.ts';
import type { Telemetry } from './telemetry.ts';
import { isDatabaseAway, messageOf, type Trouble } from './trouble.ts';

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

/** What other processes changed is seen after this time. */
const LOOK_EVERY_MS = 2000;
/** A lease outlasts its try by far; what a killed process was sending is taken by others then. */
const LEASE_SPARE_MS = 5000;
/** Longest wait of the others once a channel takes a message again. */
const HASTENED_MS = 10_000;
/** How long messages under way may go on when the process ends. */
const GRACE_MS = 2000;

/** Sends what was decided: claims due messages, tries them, and writes what became of each. Several processes share the work. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #options: () => EngineOptions;
  readonly #cut = new AbortController();
  readonly #lanes: ChannelLanes;
  readonly #notifiers: NotifierPool;
  #wake = new AbortController();
  #rulesSeen = '';
  #released = false;

  constructor(parts: DispatcherParts, options: () => EngineOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#lanes = new ChannelLanes(parts.clock);
    this.#notifiers = new NotifierPool(parts.notifierOf ?? notifierOf);
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
        const subject = isDatabaseAway(error) ? 'database' : 'notifications';
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
    this.#notifiers.keepOnly(channels);
  }

  /** Waits for what is under way. */
  settled(): Promise<void> {
    return this.#lanes.settled();
  }

  /** With other channels or routes, every incident that goes on is looked at again. */
  async #noticeRules(rules: string): Promise<void> {
    if (rules === this.#rulesSeen) return;
    await rerouteIncidents(this.#parts.database);
    this.#rulesSeen = rules;
  }

  async #sendDue(channel: Channel): Promise<void> {
    const { database, clock } = this.#parts;
    const limit = this.#lanes.room(channel.name);
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
    const notifier = this.#notifiers.of(channel);
    const limit = this.#lanes.room(channel.name);
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

  #track(name: string, work: Promise<void>): void {
    const { logger } = this.#parts;
    const told = work.catch((error: unknown) =>
      logger.warn(
        { err: error, channel: name },
        `Cannot keep what became of a notification: ${messageOf(error)}; it is sent again`,
      ),
    );
    void this.#lanes.track(name, told).then(() => this.wake());
  }

  async #try(channel: Channel, claimed: Claimed): Promise<void> {
    const { database, clock, telemetry, trouble } = this.#parts;
    const notifier = this.#notifiers.of(channel);
    const outcome = await this.#send(notifier, claimed);
    const nowMs = clock.now();
    const { retryForMs } = this.#options().notify;
    const { resendEveryMs } = notifier;
    const chance = Math.random();
    const settlement = settlementOf(claimed, { outcome, nowMs, resendEveryMs, retryForMs, chance });
    const askedMs = askedWaitMs(outcome);
    if (askedMs > 0) this.#lanes.pause(channel.name, nowMs + askedMs);
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
    const isBack = trouble.of(`channel ${name}`) !== null && !this.#lanes.isPaused(name);
    if (isBack) await hastenRetries(database, name, nowMs + HASTENED_MS);
    trouble.ends(`channel ${name}`);
  }

  #send(notifier: Notifier, claimed: Claimed): Promise<Outcome> {
    const { timeoutMs, externalUrl } = this.#options().notify;
    const parts = this.#parts;
    return sendClaimed(claimed, notifier, { parts, timeoutMs, externalUrl, cut: this.#cut.signal });
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

  async #finish(): Promise<void> {
    const timer = setTimeout(() => this.#cut.abort(), GRACE_MS);
    await this.settled();
    clearTimeout(timer);
    this.#notifiers.keepOnly([]);
  }
}
