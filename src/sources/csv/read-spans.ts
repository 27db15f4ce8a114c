import { CivilTime } from '../../core/civil-time.ts';
import type { Labels } from '../../core/labels.ts';
import { CsvError } from './csv-error.ts';
import { readHeader } from './csv-header.ts';
import { CsvScanner } from './csv-scanner.ts';
import { type CsvOptions, readBytes } from './read-csv.ts';
import { fromIso, fromUnix } from './timestamp.ts';

/** Where in a row stands what; -1 for a column that is not there. All others are labels. */
export interface SpanColumns<Text extends string> {
  readonly start: number;
  readonly end: number;
  readonly texts: Readonly<Record<Text, number>>;
}

/** One row: something with a start, perhaps an end, texts and labels. */
export interface SpanRow<Text extends string> {
  readonly startMs: number;
  /** NaN where the cell is empty. */
  readonly endMs: number;
  readonly texts: Readonly<Record<Text, string>>;
  /** Those that are not empty. */
  readonly labels: Labels;
}

/**
 * Reads rows of things that happened. `columnsOf` finds the columns in the header, lower case, and throws CsvError where one that must
 * be there is not. Throws CsvError, which names file, line and column.
 */
export async function readSpans<Text extends string>(
  path: string,
  options: CsvOptions,
  columnsOf: (header: readonly string[]) => SpanColumns<Text>,
): Promise<SpanRow<Text>[]> {
  const civil = new CivilTime(options.zone ?? 'UTC');
  const scanner = new CsvScanner(await readBytes(path));
  const names = readHeader(scanner, path);
  const header = names.map((name) => name.toLowerCase());
  const { start, end, texts } = columnsOf(header);
  const known = [start, end, ...Object.values<number>(texts)];
  const others = names.flatMap((name, i) => (known.includes(i) ? [] : [{ name, i }]));
  const rows: SpanRow<Text>[] = [];
  while (scanner.nextRow()) {
    const { line } = scanner;
    const cells: string[] = [];
    do {
      cells.push(scanner.text());
    } while (!scanner.rowEnded);
    const timeOf = (index: number): number => {
      const text = cells[index] ?? '';
      const timeMs = /^[+-]?[\d.]+$/.test(text) ? fromUnix(Number(text)) : fromIso(text, civil);
      if (!Number.isNaN(timeMs)) return timeMs;
      throw new CsvError(
        `Cannot read ${path}:${line} column "${header[index]}": "${text}" is not a time, expected unix seconds, unix milliseconds or ISO 8601`,
      );
    };
    const startMs = timeOf(start);
    const endMs = (cells[end] ?? '') === '' ? Number.NaN : timeOf(end);
    if (endMs < startMs) {
      throw new CsvError(
        `Cannot read ${path}:${line} column "end": "${cells[end]}" lies before the ${header[start]}, expected a later time`,
      );
    }
    const textsOf = Object.entries<number>(texts).map(([name, i]) => [name, cells[i] ?? '']);
    rows.push({
      startMs,
      endMs,
      texts: Object.fromEntries(textsOf),
      labels: Object.fromEntries(
        others.map(({ name, i }) => [name, cells[i] ?? '']).filter(([, value]) => value !== ''),
      ),
    });
  }
  return rows;
}
