import type { ServerResponse } from 'node:http';

/** Bytes a client may be behind; a slower one is dropped and reconnects by itself. */
const MOST_BEHIND_BYTES = 512 * 1024;
const HEARTBEAT_MS = 15_000;
const KEPT = 256;

interface Sent {
  readonly id: string;
  readonly frame: string;
}

export interface StreamHubOptions {
  /** Called with the first client and again when there are none left. */
  readonly onFirst: () => void;
  readonly onLast: () => void;
  readonly maxClients?: number;
  readonly heartbeatMs?: number;
}

/** The clients of the event stream: every event goes to each of them, none can hold up the others. */
export class StreamHub {
  readonly #clients = new Set<ServerResponse>();
  readonly #options: StreamHubOptions;
  readonly #recent: Sent[] = [];
  // Ids of another process are never taken for ours.
  readonly #epoch = Math.floor(performance.timeOrigin).toString(36);
  #sent = 0;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: StreamHubOptions) {
    this.#options = options;
  }

  get clients(): number {
    return this.#clients.size;
  }

  get full(): boolean {
    return this.#clients.size >= (this.#options.maxClients ?? 200);
  }

  /** Takes over a response: what came after `lastEventId`, as far as it is still known, then everything new. */
  add(response: ServerResponse, lastEventId: string | undefined): void {
    response.write('retry: 2000\n: welcome\n\n');
    const seen = this.#recent.findIndex(({ id }) => id === lastEventId);
    if (seen >= 0) for (const { frame } of this.#recent.slice(seen + 1)) response.write(frame);
    this.#clients.add(response);
    response.on('close', () => this.#remove(response));
    response.on('error', () => this.#remove(response));
    if (this.#clients.size > 1) return;
    this.#heartbeat = setInterval(
      () => this.#write(': heartbeat\n\n'),
      this.#options.heartbeatMs ?? HEARTBEAT_MS,
    );
    this.#options.onFirst();
  }

  publish(event: string, payload: unknown): void {
    const id = `${this.#epoch}-${++this.#sent}`;
    const frame = `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(payload)}\n\n`;
    this.#recent.push({ id, frame });
    if (this.#recent.length > KEPT) this.#recent.shift();
    this.#write(frame);
  }

  /** Ends every stream. */
  close(): void {
    for (const client of this.#clients) client.end();
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      if (client.writableLength <= MOST_BEHIND_BYTES) client.write(text);
      else {
        this.#remove(client);
        client.destroy();
      }
    }
  }

  #remove(client: ServerResponse): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#options.onLast();
  }
}
