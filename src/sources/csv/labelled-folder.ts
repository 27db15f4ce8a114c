import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Truth } from '../../core/backtest/score-file.ts';
import type { Frame } from '../../core/frame.ts';
import { CsvError, fileError } from './csv-error.ts';
import { type CsvFrame, type CsvOptions, readCsv } from './read-csv.ts';

/** Times in a manifest are unix seconds, both ends included. */
const WINDOW = z.tuple([z.number(), z.number()]);
const FILE = z.object({
  name: z.string(),
  file: z.string(),
  group: z.string(),
  trainRows: z.int().positive(),
  stepSeconds: z.number().positive(),
  vusWindow: z.int().nonnegative(),
  nabWindows: z.array(WINDOW).optional(),
  culprits: z
    .array(z.object({ start: z.number(), end: z.number(), metrics: z.array(z.string()) }))
    .default([]),
});
const MANIFEST = z.object({ files: z.array(FILE).min(1) });

/** One file of a folder of labelled series. */
export interface LabelledFile {
  readonly name: string;
  readonly group: string;
  readonly frame: Frame;
  readonly truth: Truth;
}

/** Reads every CSV file that `manifest.json` in the folder lists, in its order. Throws CsvError, which names all that is wrong. */
export async function readLabelledFolder(
  folder: string,
  options: CsvOptions = {},
): Promise<LabelledFile[]> {
  const entries = await readManifest(join(folder, 'manifest.json'));
  const read = await Promise.allSettled(
    entries.map((entry) => readLabelled(join(folder, entry.file), { entry, options })),
  );
  const failures = read.flatMap((one) =>
    one.status === 'rejected' ? [messageOf(one.reason)] : [],
  );
  if (failures.length > 0) throw new CsvError(failures.join('\n'));
  return read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

type Entry = z.infer<typeof FILE>;

async function readManifest(path: string): Promise<Entry[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(`Cannot read ${path}`, { cause, expected: 'a manifest of labelled series' });
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new CsvError(`Cannot read ${path}: it is not JSON, expected {"files": […]}`, { cause });
  }
  const parsed = MANIFEST.safeParse(content);
  if (parsed.success) return parsed.data.files;
  throw new CsvError(
    parsed.error.issues
      .map(
        (issue) => `Cannot read ${path}: at ${issue.path.join('.') || 'the top'}: ${issue.message}`,
      )
      .join('\n'),
  );
}

interface Listed {
  readonly entry: Entry;
  readonly options: CsvOptions;
}

async function readLabelled(path: string, { entry, options }: Listed): Promise<LabelledFile> {
  const csv = await readCsv(path, options);
  const { frame } = csv;
  if (entry.trainRows >= frame.times.length) {
    throw new CsvError(
      `Cannot score ${path}: it has ${frame.times.length} rows of which ${entry.trainRows} are learned, expected rows beyond these`,
    );
  }
  return {
    name: entry.name,
    group: entry.group,
    frame,
    truth: {
      labels: labelsOf(csv, path),
      learnRows: entry.trainRows,
      stepMs: 1000 * entry.stepSeconds,
      vusWindow: entry.vusWindow,
      windows: entry.nabWindows?.map(([from, to]) => [1000 * from, 1000 * to] as const),
      causes: entry.culprits.map(({ start, end, metrics }) => ({
        fromMs: 1000 * start,
        toMs: 1000 * end,
        columns: metrics.map((metric) => frame.names.indexOf(metric)),
      })),
    },
  };
}

function labelsOf({ labels }: CsvFrame, path: string): Uint8Array {
  if (labels === undefined) {
    throw new CsvError(`Cannot score ${path}: it has no column "label", expected one of 0 and 1`);
  }
  const odd = labels.findIndex((label) => label !== 0 && label !== 1);
  if (odd >= 0) {
    throw new CsvError(
      `Cannot score ${path}:${odd + 2} column "label": the cell is neither 0 nor 1`,
    );
  }
  return Uint8Array.from(labels);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
