import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLabelledFolder } from './labelled-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'saimon-labelled-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(csv: string): void {
  writeFileSync(join(folder, 'a.csv'), csv);
  const entry = {
    name: 'a',
    file: 'a.csv',
    group: 'g',
    trainRows: 1,
    stepSeconds: 60,
    vusWindow: 2,
  };
  const more = {
    nabWindows: [[60, 120]],
    culprits: [{ start: 60, end: 60, metrics: ['y', 'gone'] }],
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ files: [{ ...entry, ...more }] }));
}

describe('readLabelledFolder()', () => {
  it('gives frames without labels, and what is known of them in milliseconds', async () => {
    write('timestamp,x,label,y\n0,1,0,5\n60,2,1,6\n');
    const [file] = await readLabelledFolder(folder);
    expect(file?.frame.names).toEqual(['x', 'y']);
    expect(file?.truth).toEqual({
      labels: Uint8Array.of(0, 1),
      learnRows: 1,
      stepMs: 60_000,
      vusWindow: 2,
      windows: [[60_000, 120_000]],
      causes: [{ fromMs: 60_000, toMs: 60_000, columns: [1, -1] }],
    });
  });

  it('wants a label of 0 or 1 in every row', async () => {
    write('timestamp,x\n0,1\n60,2\n');
    await expect(readLabelledFolder(folder)).rejects.toThrow('it has no column "label"');
    write('timestamp,x,label\n0,1,0\n60,2,yes\n');
    await expect(readLabelledFolder(folder)).rejects.toThrow(
      'a.csv:3 column "label": the cell is neither 0 nor 1',
    );
  });
});
