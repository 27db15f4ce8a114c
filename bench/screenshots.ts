// Pictures of every page of the web UI, light and dark, desk and phone, into docs/img/ui. Run it with `npm run docs:screenshots`.
// Argument: a folder to write to instead.
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { UI_NOUNS } from '../src/contract/ui-address.ts';
import { openBrowser } from '../test/services/browser.ts';
import { freePort } from '../test/services/server-process.ts';
import { print } from './rounds.ts';
import { type ShownEstate, startShownEstate } from './shown-estate.ts';
import { smallPng } from './small-png.ts';

const folder = process.argv[2] ?? 'docs/img/ui';

/** Tall pages are cut: what matters stands at their top. */
const SCREENS = {
  desk: { width: 1280, height: 1000 },
  phone: { width: 390, height: 844 },
} as const;
const SCHEMES = ['light', 'dark'] as const;

await mkdir(folder, { recursive: true });
for (const old of await readdir(folder)) await rm(join(folder, old));
const estate = await startShownEstate(await freePort());
const browser = await openBrowser();
try {
  await takeAll(browser, estate, await pagesOf(estate));
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (file) => (await stat(join(folder, file))).size),
  );
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  print(`${sizes.length} pictures in ${folder}, ${megabytes.toFixed(2)} MB`);
} finally {
  await browser.close();
  await estate.stop();
}

interface Row {
  readonly id: number;
  /** Of an incident. */
  readonly members?: number;
}

/** The pages by name, each with something to see. */
async function pagesOf(shown: ShownEstate): Promise<Record<string, string>> {
  const rows = async (path: string, list: string): Promise<readonly Row[]> => {
    const answer = (await shown.get(path))[list];
    if (!Array.isArray(answer) || answer.length === 0)
      throw new Error(`Cannot show ${path}: there is nothing`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return answer as readonly Row[];
  };
  const incidents = await rows('/incidents?status=open', 'incidents');
  const [incident] = incidents.toSorted((a, b) => (b.members ?? 0) - (a.members ?? 0));
  const [anomaly] = await rows('/anomalies?severity=high&status=closed', 'anomalies');
  const [series] = await rows('/series?search=node_cpu_busy&label=instance%3Dweb-2', 'series');
  const [model] = await rows(`/models?active_only=true&series_id=${series.id}`, 'models');
  return {
    overview: '/',
    ...Object.fromEntries(Object.keys(UI_NOUNS).map((noun) => [noun, `/${noun}`])),
    series: '/series?charts=1',
    incident: `/incidents/${incident.id}`,
    anomaly: `/anomalies/${anomaly.id}`,
    'one-series': `/series/${series.id}?span=24h&week=1&ahead=1`,
    model: `/models/${model.id}`,
    backtest: `/backtests/${await shown.backtest(series.id)}`,
  };
}

async function takeAll(
  opened: Browser,
  { url }: ShownEstate,
  pages: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of SCHEMES) {
      const page = await opened.newPage({ viewport, colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(url + path);
        await untilDrawn(page);
        const picture = smallPng(await page.screenshot());
        await writeFile(join(folder, `${name}-${screen}-${colorScheme}.png`), picture);
      }
      await page.close();
    }
  }
}

async function untilDrawn(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  // Charts draw once their answers are there, and what is read from them may ask for more.
  await page.waitForTimeout(700);
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}
