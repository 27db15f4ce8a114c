import { eventually, freePort, startProcess } from './server-process.ts';

/** A node_exporter of one test file, over this machine. */
export interface NodeExporterServer {
  /** `127.0.0.1:12345`. */
  readonly target: string;
  stop(): Promise<void>;
}

export async function startNodeExporter(): Promise<NodeExporterServer> {
  const target = `127.0.0.1:${await freePort()}`;
  const server = await startProcess('prometheus-node-exporter', {
    args: [`--web.listen-address=${target}`],
  });
  const stop = () => server.stop('SIGTERM');
  try {
    await eventually(() => fetch(`http://${target}/metrics`));
  } catch (error) {
    await stop();
    throw error;
  }
  return { target, stop };
}
