import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { gaussian, seededRng } from '../../src/core/random.ts';
import { freePort } from './server-process.ts';

/** How a query is answered: as it should be, or as a broken server, proxy or question would have it. */
export type Manner = 'well' | 'bad request' | 'html' | 'cut' | 'hanging' | 'crowd';

/** A Prometheus that misbehaves on command. Every expression is one series with a sample a second, since `epochS`. */
export interface FakePrometheus {
  readonly url: string;
  readonly epochS: number;
  /** How this expression is answered from now on. */
  treat(expr: string, manner: Manner): void;
  /** Adds to the values of an expression between two times, whoever asks for them whenever. */
  shift(expr: string, by: number, span: { readonly fromS: number; readonly toS: number }): void;
  /** Is gone: what was asked is cut off, what is asked is refused. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
}

export interface FakePrometheusOptions {
  readonly epochS: number;
}

const CROWD = 50_000;

export async function startFakePrometheus({
  epochS,
}: FakePrometheusOptions): Promise<FakePrometheus> {
  const port = await freePort();
  const manners = new Map<string, Manner>();
  const shifts: { expr: string; by: number; fromS: number; toS: number }[] = [];
  const valueAt = (expr: string, atS: number): number => {
    const shifted = shifts.filter((one) => one.expr === expr && atS >= one.fromS && atS < one.toS);
    const noise = gaussian(seededRng(atS * 31 + expr.length));
    return 100 + noise + shifted.reduce((sum, { by }) => sum + by, 0);
  };
  const answerRange = (form: URLSearchParams, response: ServerResponse): void => {
    const expr = form.get('query') ?? '';
    const manner = manners.get(expr) ?? 'well';
    if (manner === 'hanging') return;
    if (manner === 'bad request') {
      send(response, 400, { status: 'error', errorType: 'bad_data', error: 'unknown function' });
      return;
    }
    if (manner === 'html') {
      response.setHeader('content-type', 'text/html');
      response.end('<html><body>Please log in</body></html>');
      return;
    }
    const nowS = Math.floor(Date.now() / 1000);
    const stepS = Number(form.get('step'));
    const values: [number, string][] = [];
    const first = Math.max(Number(form.get('start')), epochS);
    for (let atS = first; atS <= Math.min(nowS, Number(form.get('end'))); atS += stepS) {
      values.push([atS, String(valueAt(expr, atS))]);
    }
    const series =
      manner === 'crowd' && values.length > 0
        ? Array.from({ length: CROWD }, (_, i) => ({
            metric: { pod: `pod-${i}` },
            values: values.slice(-1),
          }))
        : values.length > 0
          ? [{ metric: { host: 'web-1' }, values }]
          : [];
    const body = JSON.stringify({
      status: 'success',
      data: { resultType: 'matrix', result: series },
    });
    response.setHeader('content-type', 'application/json');
    response.end(manner === 'cut' ? body.slice(0, -20) : body);
  };
  let server: Server;
  const comeBack = async (): Promise<void> => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (request.url?.includes('query_range')) answerRange(new URLSearchParams(body), response);
        else if (request.url?.includes('query')) send(response, 200, INSTANT);
        else send(response, 200, { status: 'success', data: { version: '2.0.0' } });
      });
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await comeBack();
  return {
    url: `http://127.0.0.1:${port}`,
    epochS,
    treat: (expr, manner) => void manners.set(expr, manner),
    shift: (expr, by, span) => void shifts.push({ expr, by, ...span }),
    async leave() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    comeBack,
  };
}

const INSTANT = { status: 'success', data: { resultType: 'scalar', result: [0, '1'] } };

function send(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
