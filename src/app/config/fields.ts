import { z } from 'zod';
import { parseDuration } from '../../base/duration.ts';

/**
 * The kinds of value that saimon.yml knows. `${VAR}` gives text, so numbers and switches also accept
 * text that reads as one. Messages begin with `expected`: the value found is put behind them.
 */

/** A duration in the style of Prometheus, kept as text: `15s`. */
export function duration(minimum = '0s') {
  const expected = `expected a duration such as 15s, 5m or 7d${minimum === '0s' ? '' : `, at least ${minimum}`}`;
  return z
    .string({ error: expected })
    .refine((value) => (durationMs(value) ?? -1) >= parseDuration(minimum), { error: expected })
    .meta({ title: 'duration' });
}

function durationMs(value: string): number | undefined {
  try {
    return parseDuration(value);
  } catch {
    return undefined;
  }
}

export interface NumberLimits {
  readonly from?: number;
  readonly to?: number;
  readonly whole?: boolean;
}

/** A number within the limits, both included. */
export function number(limits: NumberLimits = {}) {
  const { from = -Infinity, to = Infinity, whole = false } = limits;
  const expected = `expected a ${whole ? 'whole number' : 'number'}${limitsText(from, to)}`;
  const accepts = (value: number) =>
    value >= from && value <= to && (!whole || Number.isInteger(value));
  return z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^[-+]?\d+(\.\d+)?$/)
          .transform(Number),
      ],
      {
        error: expected,
      },
    )
    .refine(accepts, { error: expected })
    .meta({ title: `${whole ? 'whole number' : 'number'}${limitsText(from, to)}` });
}

function limitsText(from: number, to: number): string {
  if (from > -Infinity && to < Infinity) return ` from ${from} to ${to}`;
  if (from > -Infinity) return ` of at least ${from}`;
  return to < Infinity ? ` of at most ${to}` : '';
}

export function flag() {
  return z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')], {
      error: 'expected true or false',
    })
    .meta({ title: 'true or false' });
}

export function text() {
  return z.string({ error: 'expected text, in quotes where it looks like a number' });
}

/** An http(s) address, or nothing. */
export function httpAddress() {
  return address(['http:', 'https:'], 'expected an address such as http://localhost:9090');
}

/** An address of one of the protocols, each with its colon, or nothing. */
export function address(protocols: readonly string[], expected: string) {
  return z
    .string({ error: expected })
    .refine(
      (value) =>
        value === '' || (URL.canParse(value) && protocols.includes(new URL(value).protocol)),
      {
        error: expected,
      },
    )
    .meta({ title: 'address' });
}

export function timeZone() {
  const expected = 'expected a time zone such as Europe/Berlin or UTC';
  return z
    .string({ error: expected })
    .refine(isTimeZone, { error: expected })
    .meta({ title: 'time zone' });
}

export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A time of day, `02:00`. */
export function timeOfDay() {
  const expected = 'expected a time of day such as "02:00"';
  return z
    .string({ error: expected })
    .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, { error: expected })
    .meta({ title: 'time of day' });
}

/** `auto`, or `3 of 5`: so many anomalous samples of the last ones. */
export function openingRule() {
  const expected = 'expected auto or a rule such as "3 of 5"';
  return z
    .string({ error: expected })
    .refine((value) => value === 'auto' || parseOpeningRule(value) !== undefined, {
      error: expected,
    });
}

export function parseOpeningRule(value: string): { count: number; of: number } | undefined {
  const [, first, second] = /^(\d+) of (\d+)$/.exec(value) ?? [];
  const rule = { count: Number(first), of: Number(second) };
  return rule.count >= 1 && rule.count <= rule.of ? rule : undefined;
}
