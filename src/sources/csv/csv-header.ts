import { CsvError } from './csv-error.ts';
import type { CsvScanner } from './csv-scanner.ts';

const TIME_NAMES = new Set(['timestamp', 'time', 'ts', 'date', 'datetime']);
const DELIMITERS = [',', ';', '\t'];

/** Reads the first row, finding out what stands between cells. Throws CsvError when there is none. */
export function readHeader(scanner: CsvScanner, file: string): string[] {
  if (!scanner.nextRow()) {
    throw new CsvError(
      `Cannot read ${file}: it is empty, expected a header row such as timestamp,value`,
    );
  }
  scanner.delimiter = commonest(scanner).charCodeAt(0);
  const names: string[] = [];
  do {
    names.push(scanner.text());
  } while (!scanner.rowEnded);
  if (names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw new CsvError(
      `Cannot read ${file}:1: the first row holds numbers, expected a header row such as timestamp,value`,
    );
  }
  return names;
}

/** Index of the column that holds the time: the first that is named like one, or the first of all. */
export function timeColumn(names: readonly string[]): number {
  return Math.max(
    0,
    names.findIndex((name) => TIME_NAMES.has(name.toLowerCase())),
  );
}

/** The delimiter that the first line has most of, outside quotes. */
function commonest({ bytes, position }: CsvScanner): string {
  const lineEnd = bytes.indexOf(10, position);
  const line = bytes.toString('utf8', position, lineEnd < 0 ? bytes.length : lineEnd);
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}
