import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keys for what nobody may read in the database: the first one seals, all of them open. */
export interface Keyring {
  readonly isEmpty: boolean;
  /**
   * AES-256-GCM under the first key; `about` says whose text it is, and only there it opens again. TypeError when there is no key.
   */
  seal(text: string, about: string): string;
  open(sealed: string, about: string): Opened;
  /** Whether it was sealed with the first key. */
  isNewest(sealed: string): boolean;
}

export type Opened =
  | { readonly kind: 'opened'; readonly text: string }
  /** Sealed with a key that is not among these. */
  | { readonly kind: 'unknown_key'; readonly keyName: string }
  /** It was changed, or is about something else. */
  | { readonly kind: 'damaged' };

/** Fewer characters can be guessed. */
export const SHORTEST_KEY = 32;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NAME_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  /** Tells keys apart and nothing about them. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The keys in a text, one after the other with spaces, commas or line ends between. */
export function keysIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((one) => one !== '');
}

export function createKeyring(secrets: readonly string[]): Keyring {
  const keys = secrets.map(keyOf);
  const [newest] = keys;
  return {
    isEmpty: newest === undefined,
    seal(text, about) {
      if (newest === undefined) throw new TypeError('Cannot seal: there is no key');
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, newest.bytes, nonce).setAAD(Buffer.from(about));
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const parts = Buffer.concat([nonce, cipher.getAuthTag(), hidden]);
      return `${newest.name}.${parts.toString('base64url')}`;
    },
    open(sealed, about) {
      const [keyName = '', hidden = ''] = sealed.split('.');
      const key = keys.find(({ name }) => name === keyName);
      if (key === undefined) return { kind: 'unknown_key', keyName };
      const text = opened(Buffer.from(hidden, 'base64url'), { key, about });
      return text === undefined ? { kind: 'damaged' } : { kind: 'opened', text };
    },
    isNewest: (sealed) => newest !== undefined && sealed.startsWith(`${newest.name}.`),
  };
}

/** Seals nothing and opens nothing. */
export const NO_KEYS = createKeyring([]);

function opened(
  parts: Buffer,
  { key, about }: { readonly key: Key; readonly about: string },
): string | undefined {
  const tagEnd = NONCE_BYTES + TAG_BYTES;
  if (parts.length < tagEnd) return undefined;
  const decipher = createDecipheriv(CIPHER, key.bytes, parts.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(about))
    .setAuthTag(parts.subarray(NONCE_BYTES, tagEnd));
  try {
    return Buffer.concat([decipher.update(parts.subarray(tagEnd)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function keyOf(secret: string): Key {
  return {
    name: Buffer.from(derived(secret, 'name', NAME_BYTES)).toString('hex'),
    bytes: derived(secret, 'key', KEY_BYTES),
  };
}

/** Secrets are long and random: one pass is enough, where a password would want many. */
function derived(secret: string, use: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `saimon ${use}`, length));
}
