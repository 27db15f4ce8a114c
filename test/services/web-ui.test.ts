import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UI_NOUNS } from '../../src/contract/ui-address.ts';
import { seriousFindings } from './axe.ts';
import { openBrowser } from './browser.ts';
import { type FakePrometheus, startFakePrometheus } from './fake-prometheus.ts';
import type { RunningSaimon } from './running-saimon.ts';
import { untilReady, watchFake } from './watched-fake.ts';

// One visit in a real browser, told in order: each test continues where the one before ended.

const QUERIES = ['orders', 'errors'];
const PATIENT = { timeout: 60_000 };
const closing: (() => Promise<unknown>)[] = [];
/** What the browser complained of, and whom it asked: neither errors nor strangers are allowed. */
const complaints: string[] = [];
const hosts = new Set<string>();
let prometheus: FakePrometheus;
let saimon: RunningSaimon;
let browser: Browser;
let page: Page;
let anomalyId: number;

beforeAll(async () => {
  prometheus = await startFakePrometheus({ epochS: Math.floor(Date.now() / 1000) - 3600 });
  closing.push(() => prometheus.leave());
  saimon = await watchFake(prometheus, QUERIES);
  closing.push(() => saimon.stop());
  browser = await openBrowser();
  closing.push(() => browser.close());
  await untilReady(saimon, QUERIES);
  page = await browser.newPage();
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(`${line.text()} ${line.location().url}`);
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => hosts.add(new URL(request.url()).origin));
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const curve = () => page.getByRole('img', { name: /^Curve from/ }).first();
const heading = (name: string | RegExp) => page.getByRole('heading', { name });

test('the overview says that everything is normal, and what it leans on', async () => {
  await page.goto(saimon.url);
  await heading('Everything is normal').waitFor(PATIENT);
  await page.getByText('2 ready').waitFor(PATIENT);
  await page.getByText('healthy').first().waitFor(PATIENT);
});

test('an anomaly shows on the overview as it opens, without loading anew', async () => {
  const fromS = Math.floor(Date.now() / 1000) + 1;
  prometheus.shift('orders', 40, { fromS, toS: fromS + 3600 });
  await heading(/open anomal/).waitFor(PATIENT);
});

test('its page says why and shows its curve', async () => {
  anomalyId = Number(
    (await saimon.anomalies()).find((one) => one['metric_name'] === 'orders')?.['id'],
  );
  await page.locator(`a[href="/anomalies/${anomalyId}"]`).click();
  await heading('Why it counts as unusual').waitFor(PATIENT);
  expect(new URL(page.url()).pathname).toBe(`/anomalies/${anomalyId}`);
  await curve().waitFor(PATIENT);
  expect(await page.locator('.lead').textContent()).toContain('orders');
});

test('a verdict is given with a button and stays', async () => {
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Said ').waitFor(PATIENT);
  expect(await saimon.get(`/anomalies/${anomalyId}`)).toMatchObject({ is_confirmed: true });
  await page.reload();
  await page.locator('[aria-pressed=true]', { hasText: 'Confirm' }).waitFor(PATIENT);
});

test('an incident tells what moved first, keeps a note, and is acknowledged and resolved', async () => {
  await page.getByRole('navigation', { name: 'Pages' }).getByText('Incidents').click();
  await page.getByLabel('Status').selectOption('open');
  await page.getByRole('link', { name: /orders/ }).click();
  await heading('What it likely began with').waitFor(PATIENT);
  await curve().waitFor(PATIENT);
  await page.getByLabel('Note').fill('The queue was full');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByText('The queue was full').waitFor(PATIENT);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('acknowledged', { exact: true }).first().waitFor(PATIENT);
  expect(await saimon.get(new URL(page.url()).pathname)).toMatchObject({ acknowledged_by: 'web' });
  await page.goBack();
  await page.getByText('No incident is like this').waitFor(PATIENT);
  await page.goto(`${saimon.url}/anomalies/${anomalyId}`);
});

test('the series page is reached by keyboard and keeps its span on reload', async () => {
  await page.getByRole('link', { name: 'The series as a whole' }).press('Enter');
  await page.getByRole('link', { name: '1h', exact: true }).press('Enter');
  await page.reload();
  expect(new URL(page.url()).search).toBe('?span=1h');
  await curve().waitFor(PATIENT);
  await heading('Its anomalies').waitFor(PATIENT);
  await page.getByLabel('Same time a week before').check();
  await page.getByLabel('Forecast').check();
  await page.reload();
  expect(await page.getByLabel('Forecast').isChecked()).toBe(true);
  await page.locator(`a[href="/anomalies/${anomalyId}"]`).first().press('Enter');
  await page.locator('[aria-pressed=true]', { hasText: 'Confirm' }).waitFor(PATIENT);
});

test('filters of the list live in the address: they survive reload and back', async () => {
  await page.getByRole('navigation', { name: 'Pages' }).getByText('Anomalies').click();
  await page.getByLabel('Status').selectOption('closed');
  await page.getByText('No anomaly is like this').waitFor(PATIENT);
  await page.reload();
  expect(await page.getByLabel('Status').inputValue()).toBe('closed');
  await page.getByLabel('Status').selectOption('open');
  await page.getByRole('link', { name: /orders/ }).waitFor(PATIENT);
  await page.goBack();
  await page.getByText('No anomaly is like this').waitFor(PATIENT);
});

test('a dropped CSV file is judged, and its settings are shown as configuration', async () => {
  const lines = Array.from({ length: 2000 }, (_, row) => {
    const isHigh = row >= 1500 && row < 1520;
    return `${row * 60},${isHigh ? 40 : 10 + Math.sin(row)}`;
  });
  await page.getByRole('link', { name: 'System' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).getByText('Backtests').click();
  await page.getByLabel(/^Drop a CSV file/).setInputFiles({
    name: 'load.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['time,load', ...lines].join('\n')),
  });
  await page.getByLabel('Anomalies a week of each series, at most').fill('3');
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await heading('Backtest of load.csv').waitFor(PATIENT);
  await page.getByText(/load went up to 40/).waitFor(PATIENT);
  await curve().waitFor(PATIENT);
  await page.getByText('alert_budget: {max: 3, every: 7d}').waitFor(PATIENT);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFindings(page)).toEqual([]);
  }
  // An answer that takes its time: meanwhile the page asks for nothing that is gone.
  await page.route('**/api/v1/backtests/*', async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue();
    const response = await route.fetch();
    await sleep(3000);
    return route.fulfill({ response });
  });
  await page.reload();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('None yet').waitFor(PATIENT);
});

test('axe finds nothing serious on any page, light and dark, on a desk and on a phone, and none is wider than it', async () => {
  // What the checks find, if there is something.
  await page.evaluate(
    `document.body.insertAdjacentHTML('beforeend', '<img id="odd" src="data:,">')`,
  );
  expect(await seriousFindings(page)).toEqual([expect.stringContaining('image-alt')]);
  const pages = Object.entries(UI_NOUNS).flatMap(([noun, { one }]) =>
    one && noun !== 'backtests' ? [`/${noun}`, `/${noun}/1`] : [`/${noun}`],
  );
  const found: string[] = [];
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    for (const path of ['/', ...pages]) {
      await page.goto(`${saimon.url}${path}`);
      await page.locator('h1').first().waitFor(PATIENT);
      await page
        .locator('.loading')
        .first()
        .waitFor({ ...PATIENT, state: 'detached' });
      for (const finding of await seriousFindings(page))
        found.push(`${colorScheme} ${path} ${finding}`);
      const reach = Number(await page.evaluate('document.documentElement.scrollWidth'));
      if (reach > width) found.push(`${path} is ${reach} wide on ${width}`);
    }
  }
  expect(found).toEqual([]);
}, 180_000);

test('nothing was asked of another host, and the browser had nothing to complain of', () => {
  expect([...hosts]).toEqual([saimon.url]);
  expect(complaints).toEqual([]);
});

test('a server that goes away is told of, and the page goes on when it is back', async () => {
  await page.goto(saimon.url);
  await heading(/open anomal/).waitFor(PATIENT);
  await saimon.end('SIGKILL');
  await page.getByText('SAIMon does not answer').first().waitFor(PATIENT);
  await heading(/open anomal/).waitFor(PATIENT);
  await saimon.again();
  await page
    .getByText('SAIMon does not answer')
    .first()
    .waitFor({ ...PATIENT, state: 'detached' });
});
