import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from './read-events.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saimon-events-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const path = join(folder, 'events.csv');
  await writeFile(path, text);
  return readEvents(path);
}

test('events come oldest first, with an end where the file names one', async () => {
  const text =
    'timestamp,kind,title,end\n1600000100,deploy,"shop, 2.1",1600000200\n2020-09-13T12:26:40Z,flag,new cart,\n';
  expect(await read(text)).toEqual([
    {
      startMs: 1_600_000_000_000,
      endMs: 1_600_000_000_000,
      kind: 'flag',
      title: 'new cart',
      labels: {},
    },
    {
      startMs: 1_600_000_100_000,
      endMs: 1_600_000_200_000,
      kind: 'deploy',
      title: 'shop, 2.1',
      labels: {},
    },
  ]);
});

test('the end column may be left out', async () => {
  expect(await read('timestamp,kind,title\n1600000000,deploy,shop\n')).toHaveLength(1);
});

test('columns without a meaning of their own are labels', async () => {
  const text =
    'timestamp,kind,title,service,Zone\n1600000000,deploy,shop,api,eu\n1600000001,flag,x,,eu\n';
  const events = await read(text);
  expect(events.map(({ labels }) => labels)).toEqual([
    { service: 'api', Zone: 'eu' },
    { Zone: 'eu' },
  ]);
});

test.each([
  [
    'timestamp,title\n',
    /events\.csv:1: the header is timestamp,title, expected timestamp,kind,title/,
  ],
  [
    'timestamp,kind,title\nsoon,deploy,x\n',
    /events\.csv:2 column "timestamp": "soon" is not a time/,
  ],
  [
    'timestamp,kind,title,end\n1600000000,deploy,x,1500000000\n',
    /column "end": "1500000000" lies before the timestamp/,
  ],
])('%j is refused', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});
