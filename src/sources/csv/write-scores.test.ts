import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseCsv } from './read-csv.ts';
import { writeScores } from './write-scores.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saimon-scores-'));
});
afterAll(() => rm(folder, { recursive: true }));

const csv = parseCsv(
  Buffer.from('timestamp,a,"b,c"\n1600000000,1,1\n1600000015.0,0.1,\n1600000030,3,2\n'),
  {
    file: 'measure.csv',
  },
);
const rows = {
  value: Float64Array.of(0.1, 3),
  expected: Float64Array.of(1, 2),
  lower: Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY),
  upper: Float64Array.of(4, 5),
  score: Float64Array.of(0, 1 / 3),
  flag: Uint8Array.of(0, 1),
};

test('every row after the learned ones is written with full precision, missing numbers empty', async () => {
  const path = join(folder, 'scores.csv');
  await writeScores(path, { csv, firstRow: 1, rows: { ...rows, topColumn: Uint16Array.of(0, 1) } });
  expect(await readFile(path, 'utf8')).toBe(
    'timestamp,value,expected,lower,upper,score,flag,top_metric\n' +
      '1600000015.0,0.1,1,,4,0,0,a\n' +
      '1600000030,3,2,,5,0.3333333333333333,1,"b,c"\n',
  );
});

test('one value column needs no top_metric', async () => {
  const path = join(folder, 'single.csv');
  await writeScores(path, { csv, firstRow: 1, rows });
  const [header] = (await readFile(path, 'utf8')).split('\n');
  expect(header).toBe('timestamp,value,expected,lower,upper,score,flag');
});

test('a folder that is not there is named, and nothing is left behind', async () => {
  const path = join(folder, 'nowhere', 'scores.csv');
  await expect(writeScores(path, { csv, firstRow: 1, rows })).rejects.toThrow(
    `Cannot write ${path}: no such file or folder, expected a path in a writable folder`,
  );
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
});
