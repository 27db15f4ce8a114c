import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../../src/api/test-api.ts';
import { startReceiver, type TestReceiver } from '../../src/notify/test-receiver.ts';
import { saimon } from '../saimon-process.ts';

let server: TestApi;
let receiver: TestReceiver;
let url: string;

beforeAll(async () => {
  server = await openTestApi();
  receiver = await startReceiver();
  url = await server.api.listen({ host: '127.0.0.1', port: 0 });
}, 30_000);
afterAll(async () => {
  await server.close();
  await receiver.close();
});

const ask = (...words: string[]) => saimon([...words, '--url', url]);

test('saimon channels lists and tests, notifications says what became of it', async () => {
  expect((await ask('channels', 'list')).stdout).toContain('There are no channels');
  const hook = { name: 'ops', type: 'webhook', url: `${receiver.url}/s3cret` };
  await server.call('POST', '/api/v1/channels', hook);
  expect((await ask('channels', 'test', 'ops')).stdout).toBe('Channel ops took a test\n');
  receiver.answer = (_, response) => {
    response.statusCode = 410;
    response.end('gone');
  };
  const [failed, unknown] = await Promise.all([
    ask('channels', 'test', 'ops'),
    ask('channels', 'test', 'opps'),
  ]);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('with 410, gone') });
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot find channel'),
  });
  const [listed, told] = await Promise.all([ask('channels', 'list'), ask('notifications')]);
  expect(listed.stdout).toMatch(
    /\nops +webhook +api +0 +1 +2026-11-22 12:00 +.* with 410, gone\n$/,
  );
  expect(listed.stdout).not.toContain('s3cret');
  expect(told.stdout).toMatch(/^ID +AT +INCIDENT +CHANNEL +WHAT +STATUS +TRIES +REASON\n/);
  expect(told.stdout).toMatch(/ops +test +failed +1 .*410/);
  expect((await ask('notifications', '--status', 'lost')).code).toBe(2);
  expect((await ask('notifications', '--retry', '1')).stderr).toContain('it is a test');
});

test('saimon silence adds, lists and ends one', async () => {
  const words = ['silence', 'add', 'instance=~"web-.*"', 'team=shop', '--for', '4h'];
  const [added, bad] = await Promise.all([
    ask(...words, '--comment', 'new disks'),
    ask('silence', 'add', 'team', '--for', '4h'),
  ]);
  expect(added.stdout).toMatch(
    /^Silence \d: instance=~"web-\.\*", team="shop" until 2026-11-22 16:00\n$/,
  );
  expect(bad).toMatchObject({ code: 1, stderr: expect.stringContaining('Cannot read matcher') });
  expect(await ask('silence', 'add', 'instnce=web-1', '--dry-run')).toMatchObject({
    code: 0,
    stdout: 'Meets nothing: nothing has instnce="web-1"\n',
  });
  const { stdout } = await ask('silence', 'list');
  expect(stdout).toMatch(/\n\d +active +2026-11-22 12:00 +2026-11-22 16:00 .*new disks\n$/);
  const id = /\n(\d)/.exec(stdout)?.[1] ?? '';
  expect((await ask('silence', 'expire', id)).stdout).toContain('what still goes on is told now');
  expect((await ask('silence', 'list')).stdout).toBe('Nothing is silenced\n');
  expect((await ask('silence', 'list', '--all')).stdout).toContain('expired');
});
