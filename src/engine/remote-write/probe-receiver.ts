import { SourceError } from '../../sources/errors.ts';
import type { PrometheusConnection } from '../../sources/prometheus/connection.ts';
import { createHttpClient } from '../../sources/prometheus/http-client.ts';
import { remedyOf, writeHeaders } from './remote-writer.ts';
import { packSnappy } from './snappy.ts';

/** What a receiver of remote write says to a request without samples. */
export interface ReceiverHealth {
  readonly healthy: boolean;
  /** One line for people; what would do, where it is not well. */
  readonly detail: string;
}

export async function probeReceiver(
  connection: PrometheusConnection,
  { version, timeoutMs }: { readonly version: string; readonly timeoutMs: number },
): Promise<ReceiverHealth> {
  const client = createHttpClient(connection);
  const body = { bytes: packSnappy(new Uint8Array(0)), headers: writeHeaders(version) };
  try {
    const { status } = await client.send({ path: '', body, timeoutMs });
    if (status >= 200 && status < 300) return { healthy: true, detail: client.shownUrl };
    return { healthy: false, detail: `${client.shownUrl} answers ${status}; ${remedyOf(status)}` };
  } catch (error) {
    if (error instanceof SourceError) return { healthy: false, detail: error.message };
    throw error;
  } finally {
    client.close();
  }
}
