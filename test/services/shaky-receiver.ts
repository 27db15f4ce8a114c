import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from './server-process.ts';

/** A message that was taken. */
export interface Taken {
  /** What it is about. */
  readonly key: string;
  readonly status: 'firing' | 'resolved';
  /** Of the message: told again it is the same. */
  readonly id: string;
}

/** How often it does what, by the number of the request. */
export type Temper = (request: number) => 'take' | 'fail' | 'hang' | 'limit' | 'take and die';

/** A receiver of webhooks with bad habits: what it took is kept, whatever it answered. */
export interface ShakyReceiver {
  readonly url: string;
  readonly taken: Taken[];
  /** Requests of all kinds. */
  requests(): number;
  /** Is gone: what was asked is cut off, what is asked is refused. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function startShakyReceiver(
  temper: Temper,
  keyOf: (body: Record<string, unknown>) => string,
): Promise<ShakyReceiver> {
  const port = await freePort();
  const taken: Taken[] = [];
  let count = 0;
  let server: Server | undefined;
  const answer = (request: IncomingMessage, response: ServerResponse, text: string): void => {
    const habit = temper(count++);
    if (habit === 'hang') return;
    if (habit === 'fail' || habit === 'limit') {
      response.writeHead(
        habit === 'fail' ? 503 : 429,
        habit === 'limit' ? { 'retry-after': '1' } : {},
      );
      response.end();
      return;
    }
    const body: Record<string, unknown> = JSON.parse(text);
    const status = body['status'] === 'resolved' ? 'resolved' : 'firing';
    const key = keyOf(body);
    taken.push({ key, status, id: String(request.headers['idempotency-key'] ?? key) });
    if (habit === 'take and die') request.socket.destroy();
    else response.end('{}');
  };
  const receiver: ShakyReceiver = {
    url: `http://127.0.0.1:${port}`,
    taken,
    requests: () => count,
    async leave() {
      if (!server?.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    async comeBack() {
      server = createServer((request, response) => {
        let text = '';
        request.on('data', (part: Buffer) => (text += part.toString()));
        request.on('end', () => answer(request, response, text));
        request.on('error', () => {});
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
  await receiver.comeBack();
  return receiver;
}
