import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentMessage } from '../core/routing/incident-message.ts';
import type { Delivery, Notifier, Outcome } from './notifier.ts';
import { startReceiver, type TestReceiver } from './test-receiver.ts';

const NOON_MS = Date.UTC(2026, 10, 22, 12);

export function messageOf(more: Partial<IncidentMessage> = {}): IncidentMessage {
  return {
    kind: 'firing',
    incidentId: 7,
    title: 'cpu of web-1 and 1 more',
    status: 'open',
    severity: 'high',
    labels: { instance: 'web-1', severity: 'high' },
    startedAtMs: NOON_MS - 60_000,
    endedAtMs: null,
    atMs: NOON_MS,
    acknowledgedBy: null,
    resolvedBy: null,
    mergedInto: null,
    memberCount: 2,
    members: [
      {
        anomalyId: 1,
        seriesId: 3,
        metric: 'cpu',
        labels: { instance: 'web-1' },
        severity: 'high',
        explanation: 'cpu is 95 % & "busy" where <40 %> was expected',
        value: 0.95,
        expected: 0.4,
        startedAtMs: NOON_MS - 60_000,
        endedAtMs: null,
      },
    ],
    ...more,
  };
}

export const RESOLVED = {
  kind: 'resolved',
  status: 'resolved',
  endedAtMs: NOON_MS + 600_000,
} as const;

export function deliveryOf(more: Partial<Delivery> = {}): Delivery {
  return {
    id: 'saimon-1a2b3c4d-incident-7-12',
    key: 'saimon-1a2b3c4d-incident-7',
    channel: 'ops',
    message: messageOf(),
    reference: null,
    link: 'https://saimon.example.org/incidents/7',
    nowMs: NOON_MS,
    triedSinceMs: null,
    ...more,
  };
}

export const patience = () => AbortSignal.timeout(5000);

/** What every channel over HTTP makes of the answers that it gets. `secret` must not be in what it says. */
export function describeHttpNotifier(
  create: (url: string) => Notifier,
  { secret }: { readonly secret: string },
): void {
  let receiver: TestReceiver;
  let notifier: Notifier;

  beforeEach(async () => {
    receiver = await startReceiver();
    notifier = create(receiver.url);
  });
  afterEach(async () => {
    notifier.close();
    await receiver.close().catch(() => {});
  });

  const answering = (status: number, headers: Record<string, string> = {}, body = ''): void => {
    receiver.answer = ({ path }, response) => {
      response.writeHead(status, headers);
      response.end(body === '' ? `nothing at ${path}` : body);
    };
  };
  const send = async (signal = patience()): Promise<Outcome> => {
    const outcome = await notifier.send(deliveryOf(), signal);
    expect(JSON.stringify(outcome)).not.toContain(secret);
    return outcome;
  };

  describe('answers', () => {
    it('takes what is taken for sent', async () => {
      expect(await send()).toMatchObject({ kind: 'sent' });
      expect(receiver.received.length).toBeGreaterThan(0);
    });

    it.each([500, 502, 503, 429, 408])('tries again after %i', async (status) => {
      answering(status);
      const outcome = await send();
      expect(outcome).toMatchObject({ kind: 'failed' });
      expect(outcome).toHaveProperty('reason', expect.stringContaining(`with ${status}`));
    });

    it.each([400, 401, 403, 404, 410])(
      'gives up at %i and says what was answered',
      async (status) => {
        answering(status, {}, 'no such <hook>');
        expect(await send()).toEqual({
          kind: 'refused',
          reason: `${receiver.url} refused it with ${status}, no such <hook>`,
        });
      },
    );

    it('waits as long as it is asked to, in seconds or until a date', async () => {
      answering(429, { 'retry-after': '7' });
      expect(await send()).toMatchObject({ kind: 'failed', retryAfterMs: 7000 });
      answering(503, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
      const later = await send();
      const askedMs = later.kind === 'failed' ? (later.retryAfterMs ?? 0) : 0;
      expect(askedMs).toBeGreaterThan(50_000);
      expect(askedMs).toBeLessThanOrEqual(60_000);
    });

    it('follows no redirect', async () => {
      const elsewhere = await startReceiver();
      answering(307, { location: `${elsewhere.url}/stolen` });
      expect(await send()).toEqual({
        kind: 'refused',
        reason: `${receiver.url} sends elsewhere (307): redirects are not followed, give the final address`,
      });
      expect(elsewhere.received).toEqual([]);
      await elsewhere.close();
    });

    it('ends with its signal where nothing is answered', async () => {
      receiver.answer = () => {};
      expect(await send(AbortSignal.timeout(100))).toEqual({
        kind: 'failed',
        reason: `Cannot reach ${receiver.url}: no answer in time`,
      });
    });

    it('says that nobody is there', async () => {
      await receiver.close();
      expect(await send()).toEqual({
        kind: 'failed',
        reason: `Cannot reach ${receiver.url}: connection refused`,
      });
    });
  });
}
