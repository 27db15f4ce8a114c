import { isRecord } from '../is-record.ts';

/** Keys whose value nobody may see; each has a variant `…_file`. */
export const SECRET_KEYS: readonly string[] = [
  'bearer_token',
  'password',
  'database_url',
  'redis_url',
  'webhook_url',
  'url',
  'smtp_password',
  'routing_key',
  'secret',
  'bot_token',
  'signing_secret',
  'token',
  'github_secret',
  'alertmanager_secret',
  'secret_key',
];

const ADDRESSES: readonly string[] = ['database_url', 'redis_url', 'datasource_url', 'url'];
const MASK = '********';

/** A copy of a configuration that may be shown: passwords and tokens are stars. */
export function maskSecrets(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((inner) => maskSecrets(inner, key));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        key === 'headers' ? MASK : maskSecrets(inner, name),
      ]),
    );
  }
  if (typeof value !== 'string' || value === '') return value;
  if (ADDRESSES.includes(key)) return maskAddress(value);
  return isSecretKey(key) ? MASK : value;
}

export function isSecretKey(key: string): boolean {
  return SECRET_KEYS.includes(key);
}

/** An address without its password, user information and query kept out of sight where they may be secret. */
export function maskAddress(address: string): string {
  if (!URL.canParse(address)) return MASK;
  const url = new URL(address);
  if (url.password !== '') url.password = MASK;
  for (const name of Array.from(url.searchParams.keys())) {
    if (/pass|token|key|secret/i.test(name)) url.searchParams.set(name, MASK);
  }
  return url.toString();
}
