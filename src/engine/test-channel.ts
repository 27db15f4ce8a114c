import type { Clock } from '../base/clock.ts';
import type { IncidentMessage } from '../core/routing/incident-message.ts';
import type { Outcome } from '../notify/notifier.ts';
import type { Database } from '../store/database.ts';
import { installationId } from '../store/installation.ts';
import { notifierOf } from './channel-notifier.ts';
import type { Channel } from './channels.ts';
import type { NotifyOptions } from './notify-options.ts';

export interface TestParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly options: Pick<NotifyOptions, 'timeoutMs' | 'externalUrl'>;
}

/** Sends a real message that says that it is a test, once. */
export async function sendTest(
  channel: Channel,
  { database, clock, options }: TestParts,
): Promise<Outcome> {
  const nowMs = clock.now();
  const key = `saimon-${await installationId(database)}-test-${nowMs}`;
  const notifier = notifierOf(channel);
  const send = (message: IncidentMessage) =>
    notifier.send(
      {
        id: key,
        key,
        channel: channel.name,
        message,
        reference: null,
        link: options.externalUrl,
        nowMs,
        triedSinceMs: null,
      },
      AbortSignal.timeout(options.timeoutMs),
    );
  try {
    const outcome = await send(testMessage(nowMs));
    // What keeps a list of what goes on is not left with a test on it.
    if (outcome.kind === 'sent' && channel.type === 'pagerduty')
      await send({ ...testMessage(nowMs), kind: 'resolved', status: 'resolved' });
    return outcome;
  } finally {
    notifier.close();
  }
}

function testMessage(nowMs: number): IncidentMessage {
  return {
    kind: 'test',
    incidentId: 0,
    title: 'This is a test of SAIMon: nothing is wrong',
    status: 'open',
    severity: 'low',
    labels: { severity: 'low' },
    startedAtMs: nowMs,
    endedAtMs: null,
    atMs: nowMs,
    acknowledgedBy: null,
    resolvedBy: null,
    mergedInto: null,
    memberCount: 0,
    members: [],
  };
}
