import { CivilTime } from '../../core/civil-time.ts';
import type { DeclaredEvent } from '../../core/context/declared-event.ts';
import { CsvError } from './csv-error.ts';
import { readHeader, timeColumn } from './csv-header.ts';
import { CsvScanner } from './csv-scanner.ts';
import { type CsvOptions, readBytes } from './read-csv.ts';
import { fromIso, fromUnix } from './timestamp.ts';

/**
 * Reads `timestamp,kind[,title][,end]`, oldest first; other columns are labels, where they are not empty. Throws CsvError, which
 * names file, line and column.
 */
export async function readEvents(path: string, options: CsvOptions = {}): Promise<DeclaredEvent[]> {
  const civil = new CivilTime(options.zone ?? 'UTC');
  const scanner = new CsvScanner(await readBytes(path));
  const names = readHeader(scanner, path);
  const header = names.map((name) => name.toLowerCase());
  const timeIndex = timeColumn(header);
  const columns = { kind: header.indexOf('kind'), title: header.indexOf('title') };
  const endIndex = header.indexOf('end');
  const others = names.flatMap((name, i) => {
    return [timeIndex, columns.kind, columns.title, endIndex].includes(i) ? [] : [{ name, i }];
  });
  if (columns.kind < 0) {
    throw new CsvError(
      `Cannot read ${path}:1: the header is ${header.join(',')}, expected timestamp,kind,title and perhaps end and labels`,
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
      labels: Object.fromEntries(
        others.map(({ name, i }) => [name, cells[i] ?? '']).filter(([, value]) => value !== ''),
      ),
    });
  }
  return events.toSorted((a, b) => a.startMs - b.startMs);
}
