import type { Logger } from '../base/logger.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line, with pino's names; `text`: a line for people. */
  readonly format: 'json' | 'text';
  readonly write: (line: string) => void;
  readonly now?: () => number;
}

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

/** A log that writes one line an entry. The stack of an error is shown at level `debug` only. */
export function createLog({ level, format, write, now = Date.now }: LogOptions): Logger {
  const least = RANKS[level];
  const at = (own: LogLevel) => (fields: object, message: string) => {
    if (RANKS[own] < least) return;
    const shown = Object.entries(fields).map(([key, value]) => [key, plain(value, level)] as const);
    const time = new Date(now());
    write(
      format === 'json'
        ? JSON.stringify({
            level: RANKS[own],
            time: time.getTime(),
            msg: message,
            ...Object.fromEntries(shown),
          })
        : `${clockText(time)} ${own.toUpperCase().padEnd(5)} ${message}${fieldsText(shown)}`,
    );
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function plain(value: unknown, level: LogLevel): unknown {
  if (!(value instanceof Error)) return value;
  const code = 'code' in value ? value.code : undefined;
  return {
    type: value.name,
    message: value.message,
    ...(code === undefined ? {} : { code }),
    ...(level === 'debug' ? { stack: value.stack } : {}),
  };
}

function fieldsText(fields: readonly (readonly [string, unknown])[]): string {
  const texts = fields.flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (key === 'err' && typeof value === 'object' && value !== null) {
      const { message, stack } = value as { message?: string; stack?: string };
      return [`(${message})${stack === undefined ? '' : `\n${stack}`}`];
    }
    return [
      `${key}=${typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value)}`,
    ];
  });
  return texts.length === 0 ? '' : ` ${texts.join(' ')}`;
}

function clockText(time: Date): string {
  return time.toTimeString().slice(0, 8);
}
