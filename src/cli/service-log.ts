import type { Config } from '../app/config/config-schema.ts';
import { createLog } from '../app/log.ts';
import type { Logger } from '../base/logger.ts';

/** The log of a long-running command: text on a terminal, JSON elsewhere, as `log.format` says. */
export function serviceLog({ log }: Config): Logger {
  const format = log.format === 'auto' ? (process.stdout.isTTY ? 'text' : 'json') : log.format;
  return createLog({
    level: log.level,
    format,
    write: (line) => process.stdout.write(`${line}\n`),
  });
}
