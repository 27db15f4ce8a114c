import type { Source } from '../source.ts';
import { createPrometheusSource, type PrometheusSourceOptions } from './prometheus-source.ts';
import { type Reply, serve, type TestServer } from './test-server.ts';

/** What `closeOpened` calls, the latest first. */
export const closers: (() => Promise<void>)[] = [];

/** A source over a server that replies so; both are closed by `closeOpened`. */
export async function open(
  reply: Reply,
  options: Partial<PrometheusSourceOptions> = {},
): Promise<{ source: Source; server: TestServer }> {
  const server = await serve(reply);
  const source = createPrometheusSource({ url: server.url, attempts: 1, ...options });
  closers.push(
    () => server.stop(),
    () => source.close(),
  );
  return { source, server };
}

/** To be called after each test. */
export async function closeOpened(): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}
