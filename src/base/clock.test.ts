import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { ManualClock } from './manual-clock.ts';

test('systemClock sleeps and can be woken by a signal', async () => {
  const before = systemClock.now();
  await systemClock.sleep(20);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(18);
  const controller = new AbortController();
  const asleep = systemClock.sleep(60_000, controller.signal);
  controller.abort();
  await asleep;
  await systemClock.sleep(60_000, controller.signal);
  expect(systemClock.now() - before).toBeLessThan(5_000);
});

test('systemClock does not wake at once from a sleep longer than a timer holds', async () => {
  const controller = new AbortController();
  const asleep = systemClock.sleep(2 ** 32, controller.signal);
  const first = await Promise.race([
    (async () => (await asleep, 'long'))(),
    (async () => (await systemClock.sleep(20), 'short'))(),
  ]);
  expect(first).toBe('short');
  controller.abort();
  await asleep;
});

test('advance() wakes sleepers in order and only those that are due', async () => {
  const clock = new ManualClock(1_000);
  const woken: string[] = [];
  const sleepAs = async (name: string, ms: number) => {
    await clock.sleep(ms);
    woken.push(`${name}@${clock.now()}`);
  };
  const all = [sleepAs('b', 200), sleepAs('a', 100), sleepAs('c', 301)];
  await clock.advance(300);
  expect(woken).toEqual(['a@1100', 'b@1200']);
  expect(clock.now()).toBe(1_300);
  expect(clock.sleeping).toBe(1);
  await clock.advance(1);
  await Promise.all(all);
  expect(woken).toHaveLength(3);
});

test('advance() wakes a loop once for every time it is due', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const ticks: number[] = [];
  const loop = async () => {
    while (!controller.signal.aborted) {
      await clock.sleep(10, controller.signal);
      ticks.push(clock.now());
    }
  };
  const running = loop();
  await clock.advance(35);
  expect(ticks).toEqual([10, 20, 30]);
  controller.abort();
  await running;
});
