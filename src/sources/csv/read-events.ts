import type { DeclaredEvent } from '../../core/context/declared-event.ts';
import { CsvError } from './csv-error.ts';
import { timeColumn } from './csv-header.ts';
import type { CsvOptions } from './read-csv.ts';
import { readSpans } from './read-spans.ts';

/**
 * Reads `timestamp,kind[,title][,end]`, oldest first; other columns are labels, where they are not empty. Throws CsvError, which
 * names file, line and column.
 */
export async function readEvents(path: string, options: CsvOptions = {}): Promise<DeclaredEvent[]> {
  const rows = await readSpans(path, options, (header) => {
    const kind = header.indexOf('kind');
    if (kind < 0) {
      throw new CsvError(
        `Cannot read ${path}:1: the header is ${header.join(',')}, expected timestamp,kind,title and perhaps end and labels`,
      );
    }
    const [start, end, title] = [
      timeColumn(header),
      header.indexOf('end'),
      header.indexOf('title'),
    ];
    return { start, end, texts: { kind, title } };
  });
  return rows
    .map(({ startMs, endMs, texts, labels }) => {
      return { startMs, endMs: Number.isNaN(endMs) ? startMs : endMs, ...texts, labels };
    })
    .toSorted((a, b) => a.startMs - b.startMs);
}
