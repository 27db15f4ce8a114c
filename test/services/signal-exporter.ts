import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gaussian, seededRng } from '../../src/core/random.ts';

const DAY_S = 86_400;

/** A page of nine gauges with a daily rhythm and noise, of which a test can make one jump. */
export interface SignalExporter {
  /** `127.0.0.1:12345`. */
  readonly target: string;
  /** Added to the signal of this name from now on; 0 ends it. */
  shift(name: string, by: number): void;
  /** What the signal is without noise and shift at a time, in seconds. */
  usual(name: string, atS: number): number;
  /** OpenMetrics lines of the past, up to `endS`. */
  history(span: {
    readonly startS: number;
    readonly endS: number;
    readonly stepS: number;
  }): Iterable<string>;
  stop(): Promise<void>;
}

export const SIGNALS = Array.from({ length: 9 }, (_, i) => `signal_${i}`);

export async function startSignalExporter(): Promise<SignalExporter> {
  const rng = seededRng(20_261_122);
  const shifts = new Map<string, number>();
  const sample = (name: string, atS: number): number =>
    usual(name, atS) + (SIGNALS.indexOf(name) + 1) * 2 * gaussian(rng) + (shifts.get(name) ?? 0);
  const server = createServer((_request, response) => {
    const nowS = Date.now() / 1000;
    const lines = SIGNALS.flatMap((name) => [
      `# TYPE ${name} gauge`,
      `${name}{host="web-1"} ${sample(name, nowS)}`,
    ]);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    target,
    shift: (name, by) => void shifts.set(name, by),
    usual,
    *history({ startS, endS, stepS }) {
      for (const name of SIGNALS) {
        yield `# TYPE ${name} gauge\n`;
        for (let atS = startS; atS < endS; atS += stepS) {
          yield `${name}{host="web-1",instance="${target}",job="estate"} ${sample(name, atS)} ${atS}\n`;
        }
      }
      yield '# EOF\n';
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function usual(name: string, atS: number): number {
  const index = SIGNALS.indexOf(name);
  return 100 * (index + 1) * (1 + 0.3 * Math.sin((2 * Math.PI * atS) / DAY_S + index));
}
