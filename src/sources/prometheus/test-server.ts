import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
}

export type Reply = (response: ServerResponse, asked: Asked) => void;

export interface TestServer {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

/** A server that answers as it is told to. */
export async function serve(reply: Reply): Promise<TestServer> {
  const asked: Asked[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://server');
      const form = new URLSearchParams(body === '' ? url.search : body);
      const one = { path: url.pathname, headers: request.headers, form };
      asked.push(one);
      reply(response, one);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- listens on a port, not on a pipe
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(answer: unknown, status = 200): Reply {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  };
}

/** Answers as Prometheus would for `count` series whose value is the step's number. */
export function matrix(count: number, extra: object = {}): Reply {
  return (response, { form, path }) => {
    const query = form.get('query') ?? '';
    if (path.endsWith('/query')) {
      json({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } })(response, none);
      return;
    }
    if (!path.endsWith('/query_range')) {
      response.writeHead(404).end();
      return;
    }
    if (query.includes('!')) {
      json({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400)(response, none);
      return;
    }
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
    const values: [number, string][] = [];
    for (let at = start ?? 0; at <= (end ?? 0); at += step ?? 1) {
      if (at >= 1000) values.push([at, String(at / (step ?? 1))]);
    }
    const held = query === 'none' || values.length === 0 ? 0 : count;
    const result = Array.from({ length: held }, (_, index) => ({
      metric: { __name__: 'up', instance: `host-${index}` },
      values,
    }));
    json({ status: 'success', data: { resultType: 'matrix', result }, ...extra })(response, none);
  };
}

/** For a reply within a reply. */
export const none: Asked = { path: '', headers: {}, form: new URLSearchParams() };
