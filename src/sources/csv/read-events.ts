import { CivilTime } from '../../core/civil-time.ts';
import { CsvError } from './csv-error.ts';
import { readHeader, timeColumn } from './csv-header.ts';
import { CsvScanner } from './csv-scanner.ts';
import { type CsvOptions, readBytes } from './read-csv.ts';
import { fromIso, fromUnix } from './timestamp.ts';

/** A change that someone declared: a deployment, a flag, maintenance. */
export interface DeclaredEvent {
  readonly startMs: number;
  /** Equals `startMs` where the file names no end. */
  readonly endMs: number;
  readonly kind: string;
  readonly title: string;
}

/** Reads `timestamp,kind,title[,end]`, oldest first. Throws CsvError, which names file, line and column. */
export async function readEvents(path: string, options: CsvOptions = {}): Promise<DeclaredEvent[]> {
  const civil = new CivilTime(options.zone ?? 'UTC');
  const scanner = new CsvScanner(await readBytes(path));
  const header = readHeader(scanner, path).map((name) => name.toLowerCase());
  const timeIndex = timeColumn(header);
  const columns = { kind: header.indexOf('kind'), title: header.indexOf('title') };
  if (columns.kind < 0) {
    throw new CsvError(
      `Cannot read ${path}:1: the header is ${header.join(',')}, expected timestamp,kind,title and perhaps end`,
    );
  }
  const events: DeclaredEvent[] = [];
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
    const startMs = timeOf(timeIndex);
    const endIndex = header.indexOf('end');
    const endMs = (cells[endIndex] ?? '') === '' ? startMs : timeOf(endIndex);
    if (endMs < startMs) {
      throw new CsvError(
        `Cannot read ${path}:${line} column "end": "${cells[endIndex]}" lies before the timestamp, expected a later time`,
      );
    }
    events.push({
      startMs,
      endMs,
      kind: cells[columns.kind] ?? '',
      title: cells[columns.title] ?? '',
    });
  }
  return events.toSorted((a, b) => a.startMs - b.startMs);
}
