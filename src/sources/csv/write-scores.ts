import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { BacktestRows } from '../../core/backtest/backtest-rows.ts';
import { fileError } from './csv-error.ts';
import type { CsvFrame } from './read-csv.ts';

const ROWS_AT_ONCE = 4096;

export interface ScoreRows {
  readonly csv: CsvFrame;
  /** Row of the input that the first row of `rows` belongs to: `learnRows`. */
  readonly firstRow: number;
  readonly rows: BacktestRows;
}

/**
 * Writes timestamp,value,expected,lower,upper,score,flag[,top_metric]: all or nothing, for it writes beside
 * the file and renames. A number that is missing is an empty cell. Throws CsvError.
 */
export async function writeScores(path: string, scores: ScoreRows): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    const file = await open(draft, 'w');
    try {
      await writeRows(file, scores);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw fileError(`Cannot write ${path}`, { cause, expected: 'a path in a writable folder' });
  }
}

async function writeRows(file: FileHandle, scores: ScoreRows): Promise<void> {
  const count = scores.rows.flag.length;
  const top = scores.rows.topColumn === undefined ? '' : ',top_metric';
  await file.write(`timestamp,value,expected,lower,upper,score,flag${top}\n`);
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    let text = '';
    for (let row = from; row < Math.min(count, from + ROWS_AT_ONCE); row += 1) {
      text += line(scores, row);
    }
    await file.write(text);
  }
}

function line({ csv, firstRow, rows }: ScoreRows, row: number): string {
  const { value, expected, lower, upper, score, flag, topColumn } = rows;
  const numbers = [value[row], expected[row], lower[row], upper[row], score[row]].map(cell);
  const top = topColumn && `,${quoted(csv.frame.names[topColumn[row] ?? 0] ?? '')}`;
  return `${csv.stampAt(firstRow + row)},${numbers.join(',')},${flag[row]}${top ?? ''}\n`;
}

function cell(value: number | undefined): string {
  return Number.isFinite(value) ? String(value) : '';
}

function quoted(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
