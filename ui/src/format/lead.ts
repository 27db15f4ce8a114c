import { span } from './time.ts';

/** How long before an incident began it was paged: `5 min before`, `2 min after` it, or as it did. */
export function leadText(seconds: number): string {
  if (seconds === 0) return 'as it began';
  return seconds > 0 ? `${span(seconds)} before` : `${span(-seconds)} after`;
}
