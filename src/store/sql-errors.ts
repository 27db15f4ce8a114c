import { StoreError, type StoreErrorCode } from './errors.ts';

interface DriverError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly constraint?: unknown;
}

/** SQLSTATE classes and codes, longest first, and what they mean to us. */
const MEANINGS: readonly (readonly [string, StoreErrorCode, string])[] = [
  ['22021', 'unfit', 'a text holds what cannot be stored, such as NUL: leave it out'],
  ['22P05', 'unfit', 'a text holds what cannot be stored, such as NUL: leave it out'],
  ['23', 'constraint', 'a row contradicts another one'],
  ['53100', 'full', 'the disk is full: free space or lower the retention'],
  [
    '53300',
    'unreachable',
    'it has no connection left: raise max_connections or run fewer processes',
  ],
  ['53', 'full', 'it ran out of memory or disk: free some'],
  ['ENOSPC', 'full', 'the disk is full: free space or lower the retention'],
  ['55P03', 'locked', 'another process holds the rows: try again'],
  ['40', 'locked', 'another process wrote the same rows: try again'],
  ['57014', 'unreachable', 'it took longer than allowed: try again when it has less to do'],
  ['57P', 'unreachable', 'the server is stopping or starting: try again'],
  ['08', 'unreachable', 'the connection was lost: check that the server runs'],
  ['28', 'failed', 'it refuses the user or password: check DATABASE_URL'],
  ['3D', 'failed', 'there is no such database: check DATABASE_URL'],
  ['42501', 'failed', 'the user lacks a right: grant it the schema'],
];

const NETWORK = /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET)/;
const NO_ANSWER = /timeout|terminated|not queryable|closed/i;

/**
 * A driver's error in our words. The driver's own words may quote SQL, so they are kept from the message
 * and stand in `cause` for the log.
 */
export function storeErrorOf(attempted: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { code, message, constraint }: DriverError = Object(error);
  const state = typeof code === 'string' ? code : '';
  const words = typeof message === 'string' ? message : String(error);
  const cause = new Error(words);
  const meaning = MEANINGS.find(([prefix]) => state.startsWith(prefix));
  if (meaning) {
    const name = typeof constraint === 'string' ? ` (${constraint})` : '';
    return new StoreError(meaning[1], `${attempted}: ${meaning[2]}${name}`, { cause });
  }
  if (NETWORK.test(state) || (state === '' && NO_ANSWER.test(words)))
    return new StoreError('unreachable', `${attempted}: no answer, check that the server runs`, {
      cause,
    });
  const known = state === '' ? 'an unexpected failure' : `SQLSTATE ${state}`;
  return new StoreError('failed', `${attempted}: ${known}, see the log for the cause`, { cause });
}
