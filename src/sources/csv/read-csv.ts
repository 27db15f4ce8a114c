import { readFile } from 'node:fs/promises';
import { CivilTime } from '../../core/civil-time.ts';
import type { Frame } from '../../core/frame.ts';
import { CsvError, fileError } from './csv-error.ts';
import { readHeader, timeColumn } from './csv-header.ts';
import { CsvScanner } from './csv-scanner.ts';
import { fromIso, fromUnix, isUnixSeconds } from './timestamp.ts';

export interface CsvOptions {
  /** Zone of ISO timestamps that name none; default UTC. */
  readonly zone?: string;
}

export interface CsvFrame {
  /** Value columns in the order of the file; a `label` column is left out. */
  readonly frame: Frame;
  /** The `label` column, NaN where it holds no number; absent without one. */
  readonly labels?: Float64Array | undefined;
  /** Unix seconds of a row as text: exactly as in the file where it holds unix seconds. */
  stampAt(row: number): string;
}

/** Reads a CSV file of one time column and any number of value columns. Throws CsvError, which names file, line and column. */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<CsvFrame> {
  return parseCsv(await readBytes(path), { ...options, file: path });
}

/** The bytes of a CSV file. Throws CsvError. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError(`Cannot read ${path}`, { cause, expected: 'a readable CSV file' });
  }
}

/** The frame in CSV `bytes`, which it keeps for `stampAt`; `file` is for messages. */
export function parseCsv(
  bytes: Buffer,
  { file, zone = 'UTC' }: CsvOptions & { readonly file: string },
): CsvFrame {
  const civil = new CivilTime(zone);
  const scanner = new CsvScanner(bytes);
  const header = readHeader(scanner, file);
  const timeIndex = timeColumn(header);
  const isValue = header.map((name, i) => i !== timeIndex && name.toLowerCase() !== 'label');
  if (!isValue.includes(true)) {
    throw new CsvError(
      `Cannot read ${file}:1: the header is ${header.join(',')}, expected a time and at least one value column`,
    );
  }
  const capacity = countLines(bytes);
  const times = new Float64Array(capacity);
  const stamps = new Uint32Array(2 * capacity);
  const columns = header.map((_, i) => (i === timeIndex ? undefined : new Float64Array(capacity)));

  let row = 0;
  while (scanner.nextRow()) {
    const { line } = scanner;
    for (let cell = 0; cell < header.length; cell += 1) {
      if (cell === timeIndex) {
        times[row] = readTime(scanner, civil);
        stamps[2 * row] = scanner.start;
        stamps[2 * row + 1] = scanner.end;
        if (Number.isNaN(times[row])) throw badTime({ file, line, name: header[cell] }, scanner);
      } else {
        const value = scanner.number();
        const column = columns[cell];
        if (column !== undefined) {
          if (isValue[cell] && scanner.odd !== '') {
            throw badNumber({ file, line, name: header[cell] }, scanner.odd);
          }
          column[row] = value;
        }
      }
      if (scanner.rowEnded !== (cell === header.length - 1)) {
        const count = scanner.rowEnded ? `${cell + 1}` : `more than ${header.length}`;
        throw new CsvError(
          `Cannot read ${file}:${line}: the row has ${count} cells, expected ${header.length} as in the header`,
        );
      }
    }
    row += 1;
  }
  const filled = columns.map((column) => column?.subarray(0, row) ?? new Float64Array());
  const frame = {
    times: times.subarray(0, row),
    names: header.filter((_, i) => isValue[i]),
    columns: filled.filter((_, i) => isValue[i]),
  };
  const labels = filled.find((_, i) => i !== timeIndex && !isValue[i]);
  const stampAt = (at: number): string => {
    const text = scanner.cellText(stamps[2 * at] ?? 0, stamps[2 * at + 1] ?? 0);
    return isUnixSeconds(Number(text)) ? text : String((frame.times[at] ?? Number.NaN) / 1000);
  };
  return { frame, labels, stampAt };
}

interface Cell {
  readonly file: string;
  readonly line: number;
  readonly name: string | undefined;
}

function readTime(scanner: CsvScanner, civil: CivilTime): number {
  const stamp = scanner.number();
  return scanner.odd === '' ? fromUnix(stamp) : fromIso(scanner.odd, civil);
}

function badTime({ file, line, name }: Cell, scanner: CsvScanner): CsvError {
  const text = scanner.cellText(scanner.start, scanner.end);
  return new CsvError(
    `Cannot read ${file}:${line} column "${name}": "${text}" is not a time, expected unix seconds, unix milliseconds or ISO 8601`,
  );
}

function badNumber({ file, line, name }: Cell, text: string): CsvError {
  return new CsvError(
    `Cannot read ${file}:${line} column "${name}": "${text}" is not a number, expected a number or an empty cell`,
  );
}

/** Lines of the file, the last without a line end included: no fewer than its rows. */
function countLines(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
