import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readIncidents } from './read-incidents.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saimon-incidents-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string, zone?: string) {
  const file = join(folder, 'incidents.csv');
  await writeFile(file, text);
  return readIncidents(file, zone === undefined ? {} : { zone });
}

describe('readIncidents()', () => {
  it('reads start, end, name and labels, oldest first', async () => {
    const text =
      'start,end,name,service,host\n2026-11-02 10:00,,disk full,,a\n1793527200,1793530800,"api, down",api,\n';
    expect(await read(text)).toEqual([
      {
        name: 'api, down',
        labels: { service: 'api' },
        startMs: 1_793_527_200_000,
        endMs: 1_793_530_800_000,
      },
      { name: 'disk full', labels: { host: 'a' }, startMs: Date.UTC(2026, 10, 2, 10), endMs: null },
    ]);
    const [berlin] = await read('name,start\nx,2026-11-02 10:00\n', 'Europe/Berlin');
    expect(berlin?.startMs).toBe(Date.UTC(2026, 10, 2, 9));
  });

  it.each([
    ['start,end\n2026-11-02,', ':1: the header is start,end, expected start,end,name'],
    ['start,end,name\nsoon,,x', ':2 column "start": "soon" is not a time'],
    [
      'start,end,name\n2026-11-02,2026-11-01,x',
      ':2 column "end": "2026-11-01" lies before the start',
    ],
    ['', 'it is empty'],
  ])('refuses %j', async (text, reason) => {
    await expect(read(text)).rejects.toThrow(reason);
  });
});
