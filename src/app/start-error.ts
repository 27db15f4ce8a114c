/** The service cannot start; `message` says why and what would do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken, stop what holds it or choose another with --port',
  EACCES: 'this port needs more rights, choose one above 1023 with --port',
  EADDRNOTAVAIL: 'this machine has no such address, choose another with --addr',
  ENOTFOUND: 'there is no such host name, choose an address with --addr',
};

/** Why listening failed, in words. */
export function listenError(cause: unknown, address: string): StartError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new StartError(`Cannot listen on ${address}: ${REASONS[code] ?? code}`, { cause });
}
