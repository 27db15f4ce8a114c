import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { startFakePrometheus } from './fake-prometheus.ts';
import type { RunningSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import { patient, untilReady, watchFake } from './watched-fake.ts';

// What people do about an anomaly, in a real browser, told in order.

const QUERIES = ['orders', 'errors'];
const PATIENT = { timeout: 60_000 };
const closing: (() => Promise<unknown>)[] = [];
const complaints: string[] = [];
const hosts = new Set<string>();
let saimon: RunningSaimon;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const prometheus = await startFakePrometheus({ epochS: Math.floor(Date.now() / 1000) - 3600 });
  closing.push(() => prometheus.leave());
  saimon = await watchFake(prometheus, QUERIES);
  closing.push(() => saimon.stop());
  browser = await openBrowser();
  closing.push(() => browser.close());
  await untilReady(saimon, QUERIES);
  const fromS = Math.floor(Date.now() / 1000) + 1;
  prometheus.shift('orders', 40, { fromS, toS: fromS + 3600 });
  await eventually(async () => {
    expect((await saimon.get('/incidents'))['total']).toBe(1);
  }, patient);
  page = await browser.newPage();
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => hosts.add(new URL(request.url()).origin));
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });

test('a false alarm proposes a rule with its effect, which acts once it was accepted', async () => {
  await page.goto(`${saimon.url}/anomalies/1`);
  await button('False alarm').click();
  await page.getByLabel('Why it was none').fill('the nightly backup');
  await page.getByLabel('Why it was none').press('Enter');
  const proposal = page.getByRole('listitem').filter({ hasText: 'proposed' });
  await proposal.getByText('the nightly backup').waitFor(PATIENT);
  await proposal.getByText('1 alert fewer').waitFor(PATIENT);
  await proposal.getByText('0 true lost').waitFor(PATIENT);
  expect(await saimon.get('/anomalies/1')).toMatchObject({ is_confirmed: false });
  expect(await saimon.get('/rules/1')).toMatchObject({ status: 'proposed', acted: 0 });
  await proposal.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('in force', { exact: true }).waitFor(PATIENT);
  expect(await saimon.get('/rules/1')).toMatchObject({ status: 'accepted', decided_by: 'web' });
});

test('a rule is switched off on the page of all rules, and asks once before it is removed', async () => {
  await page.getByRole('navigation', { name: 'Areas' }).getByText('Act').click();
  await page.getByRole('navigation', { name: 'Pages' }).getByText('Rules').click();
  await button('Switch off').press('Enter');
  await button('Switch on').waitFor(PATIENT);
  await button('Remove').press('Enter');
  expect(await saimon.get('/rules/1')).toMatchObject({ status: 'off' });
  await page.keyboard.press('Enter');
  await page.getByText('No rule acts').waitFor(PATIENT);
  await eventually(async () => {
    expect(await saimon.get('/rules/1')).toMatchObject({ status: 'removed' });
  }, patient);
});

test('nothing was asked of another host, and no page broke', () => {
  expect([...hosts]).toEqual([saimon.url]);
  expect(complaints).toEqual([]);
});
