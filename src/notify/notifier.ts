import type { IncidentMessage } from '../core/routing/incident-message.ts';

/** One message to one channel. */
export interface Delivery {
  /** Of this message, for ever: told again after a crash it is the same. */
  readonly id: string;
  /** Of its incident, for ever: what the channel knows it by. */
  readonly key: string;
  /** Name of the channel. */
  readonly channel: string;
  readonly message: IncidentMessage;
  /** What the channel answered the last time it was told of this incident. */
  readonly reference: Readonly<Record<string, unknown>> | null;
  /** Page of the incident; null when nobody knows the address of the web UI. */
  readonly link: string | null;
  readonly nowMs: number;
  /** When it was decided, where it was tried before: that try may have arrived though nobody knows; null at the first try. */
  readonly triedSinceMs: number | null;
  /** The likeliest cause in its band, where the channel wants it and it can be drawn. */
  readonly chart?: Chart | undefined;
}

/** Columns of a curve and its band, one point a step; NaN where there is nothing. */
export interface Chart {
  readonly times: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/** What became of one try. Reasons are shown to people: none holds a secret. */
export type Outcome =
  | {
      readonly kind: 'sent';
      /** Where the message is; given with the next delivery of this incident. */
      readonly reference?: Readonly<Record<string, unknown>> | undefined;
      /** What the channel remarked: `silenced in Alertmanager`. */
      readonly note?: string | undefined;
    }
  /** Another try may help. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  /** No other try will help as long as the message and the channel are these. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A channel: where messages go. */
export interface Notifier {
  /** Whether its messages show a curve. */
  readonly wantsChart: boolean;
  /** How often it forgets what goes on and is told again; null when it does not. */
  readonly resendEveryMs: number | null;
  /** One try; ends when the signal aborts. Throws only for mistakes of ours. */
  send(delivery: Delivery, signal: AbortSignal): Promise<Outcome>;
  /** Frees what it holds. */
  close(): void;
}
