import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startReceiver, type TestReceiver } from '../../src/notify/test-receiver.ts';
import { seriousFindings } from './axe.ts';
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
let receiver: TestReceiver;

beforeAll(async () => {
  const prometheus = await startFakePrometheus({ epochS: Math.floor(Date.now() / 1000) - 3600 });
  closing.push(() => prometheus.leave());
  saimon = await watchFake(prometheus, QUERIES);
  closing.push(() => saimon.stop());
  receiver = await startReceiver();
  closing.push(() => receiver.close());
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
  await page.getByText('It never acts again').waitFor(PATIENT);
  expect(await saimon.get('/rules/1')).toMatchObject({ status: 'off' });
  await page.keyboard.press('Enter');
  await button('Switch on').waitFor({ ...PATIENT, state: 'detached' });
  expect(await saimon.get('/rules/1')).toMatchObject({ status: 'removed' });
});

test('a rule is written by hand, with what it would have done to the past before it acts', async () => {
  await page.goto(`${saimon.url}/rules`);
  await button('Write a rule').click();
  const form = page.getByRole('form', { name: 'Write a rule' });
  await form.getByRole('combobox', { name: 'Query', exact: true }).selectOption('orders');
  await form.getByLabel('Keeps quiet').selectOption('direction');
  await form.getByLabel('Where it is').selectOption('above');
  const preview = form.getByRole('status');
  await preview.getByText('above what is expected of orders').waitFor(PATIENT);
  await preview.getByText('quiets 1 of 1 before').waitFor(PATIENT);
  await form.getByLabel('Keeps quiet').selectOption('hours');
  await form.getByLabel('Days and times').fill('at night');
  await preview.getByText('Expected hours of the week').waitFor(PATIENT);
  await form.getByLabel('Days and times').fill('sun 02:00-02:01');
  await preview.getByText('quiets 0 of 1 before').waitFor(PATIENT);
  await form.getByLabel('Why').fill('The weekly restart');
  await form.getByLabel('Then').selectOption('proposed');
  await form.getByLabel('Why').press('Enter');
  const waiting = page.getByRole('region', { name: 'To be decided' });
  await waiting.getByText('The weekly restart').waitFor(PATIENT);
  expect(await saimon.get('/rules/2')).toMatchObject({
    status: 'proposed',
    condition: { kind: 'hours', hours: 'sun 02:00-02:01', size: 2 },
  });
  await waiting.getByRole('button', { name: 'Reject' }).click();
  await waiting.getByText('Nothing waits').waitFor(PATIENT);
});

test('an incident says why nobody was told of it', async () => {
  await page.goto(`${saimon.url}/incidents/1`);
  await page.getByRole('heading', { name: 'Why nobody was told' }).waitFor(PATIENT);
  await page.getByText('There is no channel').waitFor(PATIENT);
  await page.getByRole('link', { name: 'Add one' }).click();
});

test('a channel is added where a mistake is told at its field, and tested against a real receiver', async () => {
  await button('Add a channel').click();
  const form = page.getByRole('form', { name: 'Add a channel' });
  await form.getByLabel('Type').selectOption('webhook');
  await form.getByLabel('Name').fill('desk');
  await form.getByLabel('Address').fill('nowhere');
  await form.getByLabel('That match').fill('host=web-9');
  await form.getByText('Meets nothing: nothing has host="web-9"').waitFor(PATIENT);
  await form.getByLabel('That match').fill('');
  await form.getByRole('button', { name: 'Add channel' }).click();
  await page.getByText('expected an address').waitFor(PATIENT);
  expect(await form.getByLabel('Address').getAttribute('aria-invalid')).toBe('true');
  await form.getByLabel('Address').fill(`${receiver.url}/secret-path`);
  await form.getByLabel('Address').press('Enter');
  await button('Send a test').click();
  await page.getByText('The test was sent').waitFor(PATIENT);
  const tests = receiver.received.filter(({ text }) => text.includes('This is a test'));
  expect(tests.map(({ path }) => path)).toEqual(['/secret-path']);
  expect(await page.content()).not.toContain('secret-path');
});

test('a receiver that refuses is told of, in the history too, whose filters stand in the address', async () => {
  receiver.answer = (_, response) => {
    response.statusCode = 403;
    response.end('no such hook');
  };
  await button('Send a test').click();
  await page.getByText('The test was not sent').waitFor(PATIENT);
  await page.getByLabel('Outcome').selectOption('failed');
  expect(new URL(page.url()).search).toBe('?status=failed');
  const failed = page.locator('.message', { hasText: 'Given up' });
  await failed.getByText('no such hook').waitFor(PATIENT);
  expect(await failed.count()).toBe(1);
});

test('a silence is made from an incident, filled in, with who and why, and ended again', async () => {
  await page.goto(`${saimon.url}/incidents/1`);
  await page.getByRole('link', { name: 'Silence', exact: true }).click();
  const form = page.getByRole('form', { name: 'Add a silence' });
  const values = form.getByLabel('Value');
  expect(await values.evaluateAll((all) => all.map((one) => Reflect.get(one, 'value')))).toEqual([
    'orders',
    'web-1',
  ]);
  const matches = form.getByRole('status');
  await matches.getByText('Meets 1 series (orders of web-1) and 1 open incident').waitFor(PATIENT);
  await values.nth(1).fill('web-l');
  await matches.getByText('Meets nothing: nothing has host="web-l"').waitFor(PATIENT);
  await form.getByLabel('How').nth(1).selectOption('=~');
  await values.nth(1).fill('web-(1)+');
  await form.getByLabel('Why').fill('The disks are being replaced');
  await form.getByLabel('Your name').fill('ann');
  await button('Silence').click();
  await form.getByText('expected no repeated group').waitFor(PATIENT);
  expect(await values.nth(1).getAttribute('aria-invalid')).toBe('true');
  await values.nth(1).fill('web-.*');
  await values.nth(1).press('Enter');
  await page.getByText('active', { exact: true }).waitFor(PATIENT);
  expect(await saimon.get('/silences/1')).toMatchObject({
    status: 'active',
    comment: 'The disks are being replaced',
    created_by: 'ann',
    matchers: [
      { name: '__name__', op: '=', value: 'orders' },
      { name: 'host', op: '=~', value: 'web-.*' },
    ],
  });
  await button('End now').click();
  await button('End now').click();
  await page.getByText('Nothing is silenced').waitFor(PATIENT);
  expect(await saimon.get('/silences/1')).toMatchObject({ status: 'expired', expired_by: 'ann' });
});

test('planned work shows in the calendar, after a mistake was told at its field, and is removed', async () => {
  await page.goto(`${saimon.url}/calendar?view=week`);
  await button('Plan work').click();
  const form = page.getByRole('form', { name: 'Plan work' });
  await form.getByLabel('What').fill('Upgrade');
  await form.getByLabel('On series with').fill('host=web-1');
  await form.getByText(/^Meets \d series .* and 1 open incident/).waitFor(PATIENT);
  await form.getByLabel('Ends').fill(inField(Date.now() - 60_000));
  await form.getByLabel('Ends').press('Enter');
  await form.getByText('Cannot end the work').waitFor(PATIENT);
  expect(await form.getByLabel('Ends').getAttribute('aria-invalid')).toBe('true');
  await form.getByLabel('Ends').fill(inField(Date.now() + 600_000));
  await form.getByLabel('Ends').press('Enter');
  await page.locator('.days .planned', { hasText: 'Upgrade' }).first().waitFor(PATIENT);
  const listed = page.getByRole('region', { name: 'Planned work' });
  await listed.getByText('host=web-1').waitFor(PATIENT);
  await listed.getByRole('button', { name: 'Remove' }).click();
  await listed.getByRole('button', { name: 'Remove' }).click();
  await listed.getByText('None declared').waitFor(PATIENT);
});

test('the report counts an incident that was recorded, and the audit names who did what', async () => {
  await page.goto(`${saimon.url}/report`);
  await button('Record an incident').click();
  const form = page.getByRole('form', { name: 'Record an incident' });
  await form.getByLabel('What happened').fill('Orders stood still');
  // It goes on: a page of this hour belongs to it, whether it opened before this minute or in it.
  await form.getByLabel('Began').fill(inField(Date.now()));
  await form.getByLabel('Began').press('Enter');
  await page.getByText(/^100\s%, 1 of 1$/).waitFor(PATIENT);
  await page.goto(`${saimon.url}/audit?subject=silences`);
  const entries = page.locator('.audited');
  await entries.filter({ hasText: 'expire silences/1' }).waitFor(PATIENT);
  const byAnn = entries.filter({ hasText: /ann\s*by these pages/ });
  expect([await entries.count(), await byAnn.count()]).toEqual([2, 2]);
});

test('axe finds nothing serious on pages with their forms open, and no phone has to scroll sideways', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  const found: string[] = [];
  for (const [path, name] of [
    ['/channels', 'Add a channel'],
    ['/silences?match=host%3D~web-(', 'One more'],
    ['/calendar', 'Declare an event'],
    ['/calendar?view=week', 'Add days off'],
    ['/anomalies/1', undefined],
    ['/rules?status=removed', undefined],
    ['/rules', 'Write a rule'],
    ['/report', 'Record an incident'],
  ] as const) {
    await page.goto(`${saimon.url}${path}`);
    if (name === undefined) await page.locator('.rule').first().waitFor(PATIENT);
    else await button(name).click();
    for (const finding of await seriousFindings(page)) found.push(`${path} ${finding}`);
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    if (width > 390) found.push(`${path} is ${width} wide`);
  }
  expect(found).toEqual([]);
});

test('nothing was asked of another host, and no page broke', () => {
  expect([...hosts]).toEqual([saimon.url]);
  expect(complaints).toEqual([]);
});

/** A time as a field for one takes it, in the zone of the browser. */
function inField(timeMs: number): string {
  const date = new Date(timeMs);
  return new Date(timeMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
