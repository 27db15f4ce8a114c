import type { Labels } from '../core/labels.ts';

/** A time of the API to the minute, `2026-11-22 21:30`, UTC; – where there is none. */
export function wireTime(time: string | null): string {
  return time === null ? '–' : time.slice(0, 16).replace('T', ' ');
}

/** `host=a, service=api` */
export function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** The part of an address after its question mark; what is not given is left out. */
export function queryText(asked: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(asked)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    )
    .join('&');
}
