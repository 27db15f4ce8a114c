import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf, differences, type GuideBlock, pages } from '../guide-blocks.ts';
import { type GuideService, startGuideService } from './guide-service.ts';

// What the guides tell to type is typed, word by word, against a running program.

const BLOCKS = pages().flatMap(blocksOf);
const NOT_RUN = /^sh not run: (.+)$/;
const RUN = BLOCKS.filter(({ info }) => info === 'sh');
const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('what is not run', () => {
  test.each(BLOCKS.filter(({ info }) => NOT_RUN.test(info)))('$page:$line $info', ({ info }) => {
    expect(NOT_RUN.exec(info)?.[1]?.length).toBeGreaterThan(5);
  });

  test('is marked as such: no block of shell is of another kind', () => {
    const kinds = BLOCKS.filter(({ info }) => /^(sh|bash|shell|console)\b/.test(info));
    const odd = kinds.filter(({ info }) => info !== 'sh' && !NOT_RUN.test(info));
    expect(odd.map(({ page, line, info }) => `${page}:${line} ${info}`)).toEqual([]);
  });
});

describe.skipIf(!hasCurl)(
  `what is run${hasCurl ? '' : ' (skipped: there is no curl here)'}`,
  () => {
    let service: GuideService | undefined;
    const typed = new Map<GuideBlock, Promise<Typed>>();
    beforeAll(async () => {
      service = await startGuideService();
      // Pages side by side, each in a folder of its own; the blocks of a page one after the other.
      for (const page of new Set(RUN.map((block) => block.page))) {
        const folder = pageFolder(page, service);
        let before: Promise<unknown> = Promise.resolve();
        for (const block of RUN.filter((one) => one.page === page)) {
          const { port, environment } = service;
          const next = before.then(() => type(block, { port, environment, folder }));
          typed.set(block, next);
          before = next;
        }
      }
    }, 150_000);
    afterAll(() => service?.stop());

    test.each(RUN)('$page:$line', { timeout: 150_000 }, async (block) => {
      const { code, stdout, stderr } = (await typed.get(block)) ?? NEVER;
      expect(code, `${block.text}\n${stdout}${stderr}`).toBe(0);
      if (block.answer !== undefined)
        expect(differences(block.answer, JSON.parse(stdout)), stdout).toEqual([]);
    });
  },
);

interface Typed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const NEVER: Typed = { code: null, stdout: '', stderr: 'It was never typed' };

/** A folder that looks like a clone with the configuration of the service. */
function pageFolder(page: string, { folder }: GuideService): string {
  const own = join(folder, basename(page));
  mkdirSync(own);
  for (const name of ['examples', 'docs']) symlinkSync(resolve(name), join(own, name));
  symlinkSync(join(folder, 'saimon.yml'), join(own, 'saimon.yml'));
  return own;
}

function type(
  { text }: GuideBlock,
  { port, folder, environment }: Omit<GuideService, 'stop'>,
): Promise<Typed> {
  // Failures that curl would only print count.
  const script = text
    .replaceAll('curl ', 'curl -fsS ')
    .replaceAll(/(localhost|127\.0\.0\.1):8000/g, `127.0.0.1:${port}`);
  const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: environment,
    // To bash a socket as input is a remote login.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  return new Promise((done) => {
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}
