import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

describe('lockDirectory()', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'saimon-lock-'));
    path = join(directory, 'saimon.lock');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const rewrite = (change: object): void => {
    const holder: object = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...holder, token: 'another', ...change }));
  };

  it('lets one in, says who that is and what would do, and lets the next one in after it', async () => {
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(
        new RegExp(
          `process ${process.pid} on .* has it since .*; stop that process or set SAIMON_DATA_DIR`,
        ),
      ),
    });
    lock.release();
    const next = await lockDirectory(directory);
    next.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('says which folder cannot be made', async () => {
    writeFileSync(path, '');
    await expect(lockDirectory(path)).rejects.toThrow(
      `Cannot make the data directory "${path}": EEXIST; give SAIMon a folder that it may write to`,
    );
    await expect(lockDirectory('/proc/saimon/data')).rejects.toThrow(
      'Cannot make the data directory "/proc/saimon/data": ENOENT; give SAIMon a folder that it may write to',
    );
  });

  it('takes over from a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const lock = await lockDirectory(directory);
    rewrite({ pid: child.pid, started: '' });
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await lockDirectory(directory);
    lock.release();
    expect(readdirSync(directory)).toEqual(['saimon.lock']);
    next.release();
  });

  it('takes over when another process has the pid of the dead one', async () => {
    await lockDirectory(directory);
    rewrite({ pid: process.ppid, started: '1' });
    (await lockDirectory(directory)).release();
  });

  it('takes over a lock of another host, or a broken one, only once it is silent', async () => {
    await lockDirectory(directory);
    rewrite({ host: 'elsewhere' });
    await expect(lockDirectory(directory)).rejects.toThrow(/on elsewhere has it/);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path, longAgo, longAgo);
    (await lockDirectory(directory)).release();
    writeFileSync(path, '');
    (await lockDirectory(directory)).release();
  });

  it('lets one of many in that find a dead lock at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      await lockDirectory(directory);
      rewrite({ pid: process.ppid, started: '1' });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => lockDirectory(directory)),
      );
      const locks = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(locks).toHaveLength(1);
      locks[0]?.release();
    }
  });
});
