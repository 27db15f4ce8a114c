import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Chart, Notifier, Outcome } from '../notify/notifier.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import type { Claimed } from '../store/outbox.ts';
import { deliveryOf } from './delivery.ts';
import { incidentChart } from './incident-chart.ts';
import type { NotifyOptions } from './notify-options.ts';

export interface SendParts {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface SendOptions extends Pick<NotifyOptions, 'timeoutMs' | 'externalUrl'> {
  /** Ends a try whose process ends. */
  readonly cut: AbortSignal;
}

/** How long the source may take to tell the curve of a message. */
const CHART_MS = 3000;

/** One try of a message, with its curve where the channel shows one. */
export async function sendClaimed(
  claimed: Claimed,
  notifier: Notifier,
  { parts, timeoutMs, externalUrl, cut }: SendOptions & { readonly parts: SendParts },
): Promise<Outcome> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), cut]);
  const nowMs = parts.clock.now();
  try {
    const chart = notifier.wantsChart ? await chartOf(claimed, parts) : undefined;
    const delivery = deliveryOf(claimed, { externalUrl, nowMs });
    return await notifier.send({ ...delivery, chart }, signal);
  } catch (error) {
    const fields = { err: error, channel: claimed.channel };
    parts.logger.error(fields, 'A channel failed by a mistake of ours');
    return { kind: 'failed', reason: 'Internal error: the log holds it' };
  }
}

/** A message without its picture is better than none, and than a late one. */
async function chartOf(
  { message }: Claimed,
  { database, source, clock, logger }: SendParts,
): Promise<Chart | undefined> {
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), CHART_MS).unref();
  });
  try {
    const drawn = incidentChart(message, { database, source, nowMs: clock.now() });
    return await Promise.race([drawn, late]);
  } catch (error) {
    logger.debug({ err: error }, 'Cannot draw the curve of an incident');
    return undefined;
  }
}
