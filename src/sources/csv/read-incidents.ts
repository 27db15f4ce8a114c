import type { OwnIncident } from '../../core/backtest/incident-report.ts';
import { CsvError } from './csv-error.ts';
import type { CsvOptions } from './read-csv.ts';
import { readSpans } from './read-spans.ts';

/**
 * Reads what really happened, `start,end,name`, oldest first: an empty end goes on, other columns are labels where they are not
 * empty. Throws CsvError, which names file, line and column.
 */
export async function readIncidents(
  path: string,
  options: CsvOptions = {},
): Promise<OwnIncident[]> {
  const rows = await readSpans(path, options, (header) => {
    const [start, end, name] = [
      header.indexOf('start'),
      header.indexOf('end'),
      header.indexOf('name'),
    ];
    if (start < 0 || name < 0) {
      throw new CsvError(
        `Cannot read ${path}:1: the header is ${header.join(',')}, expected start,end,name and perhaps labels`,
      );
    }
    return { start, end, texts: { name } };
  });
  return rows
    .map(({ startMs, endMs, texts, labels }) => {
      return { ...texts, labels, startMs, endMs: Number.isNaN(endMs) ? null : endMs };
    })
    .toSorted((a, b) => a.startMs - b.startMs);
}
