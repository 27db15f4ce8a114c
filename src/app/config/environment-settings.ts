import type { KeyPath } from './config-problem.ts';
import type { Environment } from './interpolate.ts';

/** One setting that did not come from the file. */
export interface Setting {
  /** `API_PORT` or `--port`: what a message about it names. */
  readonly origin: string;
  readonly path: KeyPath;
  readonly value: unknown;
}

export interface EnvironmentSettings {
  readonly settings: readonly Setting[];
  /** Lines for people about variables that mean nothing here. */
  readonly warnings: readonly string[];
}

type Reader = (value: string) => readonly (readonly [path: string, value: unknown])[] | string;

const to =
  (path: string, read: (value: string) => unknown = (value) => value): Reader =>
  (value) => [[path, read(value)]];

const list = (value: string) =>
  value
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((one) => one.trim().replace(/^["']|["']$/g, ''))
    .filter((one) => one !== '');

const LEVELS: Readonly<Record<string, string>> = {
  warning: 'warn',
  critical: 'error',
  fatal: 'error',
  trace: 'debug',
};
export const logLevel = (value: string) => LEVELS[value.toLowerCase()] ?? value.toLowerCase();

const email = (key: string, read?: (value: string) => unknown) =>
  to(`notify.channels.email.${key}`, read);

/** SQLAlchemy writes its driver into the scheme: `postgresql+asyncpg://`. */
const withoutDriver = (value: string) => value.replace(/^(postgres(?:ql)?)\+\w+:/, '$1:');

const KNOWN: Readonly<Record<string, Reader>> = {
  PROMETHEUS_URL: to('reader.datasource_url'),
  PROMETHEUS_TIMEOUT: to('reader.timeout', (value) => (/^\d+$/.test(value) ? `${value}s` : value)),
  DATABASE_URL: to('storage.database_url', withoutDriver),
  DATABASE_URL_FILE: to('storage.database_url_file'),
  REDIS_URL: to('storage.redis_url'),
  REDIS_URL_FILE: to('storage.redis_url_file'),
  SAIMON_SECRET_KEY: to('storage.secret_key'),
  SAIMON_SECRET_KEY_FILE: to('storage.secret_key_file'),
  SAIMON_DATA_DIR: to('storage.data_dir'),
  LOG_LEVEL: to('log.level', logLevel),
  API_HOST: to('server.addr'),
  API_PORT: to('server.port'),
  CORS_ORIGINS: to('server.cors_origins', list),
  TRAINING_SCHEDULE: readCron,
  ANOMALY_THRESHOLD: to('detection.severity_levels.low'),
  MIN_CONSECUTIVE_ANOMALIES: to('detection.open_after', (value) => `${value} of ${value}`),
  ALERT_COOLDOWN_MINUTES: to('notify.cooldown', (value) => `${value}m`),
  GRAFANA_URL: to('server.grafana_url'),
  SLACK_WEBHOOK_URL: (value) => [
    ['notify.channels.slack.type', 'slack'],
    ['notify.channels.slack.webhook_url', value],
  ],
};

const EMAIL: Readonly<Record<string, Reader>> = {
  SMTP_HOST: email('smtp_host'),
  SMTP_PORT: email('smtp_port'),
  SMTP_USER: email('smtp_user'),
  SMTP_PASSWORD: email('smtp_password'),
  SMTP_FROM: email('from'),
  ALERT_EMAILS: email('to', list),
};

/** Names of the original's `.env` that have no counterpart; names that any machine may have are left out. */
const FORGOTTEN: readonly string[] =
  `APP_NAME APP_ENV API_WORKERS API_RELOAD REDIS_HOST REDIS_PORT REDIS_DB REDIS_PASSWORD POSTGRES_HOST POSTGRES_PORT
  POSTGRES_DB POSTGRES_USER POSTGRES_PASSWORD GRAFANA_API_KEY GRAFANA_USER GRAFANA_PASSWORD ML_MODEL_PATH
  ML_DATA_PATH ML_CONFIG_PATH ENABLE_AUTO_TRAINING ANOMALY_WINDOW_SIZE ENABLE_ALERTING SLACK_CHANNEL SLACK_BOT_TOKEN
  JWT_SECRET JWT_ALGORITHM ACCESS_TOKEN_EXPIRE_MINUTES ENABLE_DEEP_LEARNING ENABLE_ONLINE_LEARNING ENABLE_FORECASTING
  MAX_WORKERS INFERENCE_BATCH_SIZE USE_GPU CACHE_SIZE ENABLE_METRICS METRICS_PORT`.split(/\s+/);

/** Every variable that is read and the keys that it sets. */
export function environmentVariables(): { readonly name: string; readonly paths: string[] }[] {
  return Object.entries({ ...KNOWN, ...EMAIL }).map(([name, read]) => {
    // A value that every reader takes, also the one that wants a cron line.
    const parsed = read('0 2 * * *');
    return { name, paths: typeof parsed === 'string' ? [] : parsed.map(([path]) => path) };
  });
}

/** The settings in the environment. An empty variable is an unset one. */
export function environmentSettings(environment: Environment): EnvironmentSettings {
  const settings: Setting[] = [];
  const warnings: string[] = [];
  // A mail server alone is no channel: somebody must get the mail.
  const readers =
    environment['SMTP_HOST'] && environment['ALERT_EMAILS'] ? { ...KNOWN, ...EMAIL } : KNOWN;
  for (const [origin, read] of Object.entries(readers)) {
    const value = environment[origin]?.trim();
    if (value === undefined || value === '') continue;
    const parsed = read(value);
    if (typeof parsed === 'string') warnings.push(`${origin}: ${parsed}`);
    else {
      for (const [path, inner] of parsed)
        settings.push({ origin, path: path.split('.'), value: inner });
    }
  }
  if (readers !== KNOWN) {
    settings.push({
      origin: 'SMTP_HOST',
      path: ['notify', 'channels', 'email', 'type'],
      value: 'email',
    });
  }
  const forgotten = FORGOTTEN.filter(
    (name) => environment[name] !== undefined && environment[name] !== '',
  );
  if (forgotten.length > 0) {
    warnings.push(
      `Not used by this program: ${forgotten.join(', ')}; settings are in saimon.yml, see "saimon config print"`,
    );
  }
  return { settings, warnings };
}

/** A cron line that means once a day; others cannot be expressed. */
function readCron(value: string): ReturnType<Reader> {
  const daily = dailyTime(value);
  return daily === undefined
    ? `only a daily training is possible, "${value}" is ignored, set schedulers.start_from and schedulers.fit_every`
    : [['schedulers.start_from', daily]];
}

/** The time of day of a cron line `minute hour * * *`. */
export function dailyTime(cron: string): string | undefined {
  const [, minute, hour] = /^(\d{1,2})\s+(\d{1,2})\s+\*\s+\*\s+\*$/.exec(cron.trim()) ?? [];
  return minute === undefined || hour === undefined
    ? undefined
    : `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}
