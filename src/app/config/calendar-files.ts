import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readCalendar } from '../../core/context/calendar.ts';
import { isRecord } from '../is-record.ts';

/** Checks that a calendar can be read and understood for all of these years at least. */
const YEARS = { from: 1970, to: 2100 };

/** A calendar file's name and text. Throws RangeError that says what is wrong with it. */
export function readCalendarFile(file: string): {
  readonly name: string;
  readonly content: string;
} {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = isRecord(error) ? String(error['code']) : String(error);
    throw new RangeError(`cannot read ${file} (${reason}), expected a calendar file`, {
      cause: error,
    });
  }
  readCalendar(content, YEARS);
  return { name: basename(file), content };
}
