// Takes every figure of docs/quality.md anew. Run it with `npm run docs:quality -- FOLDER [BLOCK]`: FOLDER holds manifest.json
// and labelled series, BLOCK is one of the blocks below. A block of the page is what stands in a fence behind its command.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { print } from './rounds.ts';

const PAGE = 'docs/quality.md';
const [, , folder, wanted] = process.argv;
if (folder === undefined) {
  throw new RangeError(
    'Cannot measure: no folder is named, give one of labelled series with manifest.json',
  );
}
/** What the page shows in place of FOLDER, and how each block is made. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  'saimon scorecard FOLDER': ['dist/cli/main.js', 'scorecard', folder],
  'npm run bench:clean -- 100 1': ['dist/bench/bench/clean-series.js', '100', '1'],
  'npm run bench:clean -- 100 1 60': ['dist/bench/bench/clean-series.js', '100', '1', '60'],
  'npm run bench:clean -- 25 1 15': ['dist/bench/bench/clean-series.js', '25', '1', '15'],
  'npm run bench:ordinary -- 3 60': ['dist/bench/bench/ordinary-series.js', '3', '60'],
  'npm run bench:scenarios': ['dist/bench/bench/scenarios.js'],
  'npm run bench:episodes': ['dist/bench/bench/episodes.js'],
  'npm run bench:detectors': ['dist/bench/bench/detectors.js'],
};
for (const [command, args] of Object.entries(BLOCKS)) {
  if (!command.includes(wanted ?? '')) continue;
  print(command);
  const said = execFileSync(process.execPath, args, { encoding: 'utf8' }).trimEnd();
  const answer = said.replaceAll(/\n {2}seed .*| +$/gm, '');
  const page = readFileSync(PAGE, 'utf8');
  const head = `\`\`\`\n$ ${command}\n`;
  const start = page.indexOf(head) + head.length;
  const end = page.indexOf('\n```', start - 1);
  if (start < head.length || end < 0) {
    throw new RangeError(`Cannot fill ${PAGE}: it has no block that begins with "$ ${command}"`);
  }
  writeFileSync(PAGE, `${page.slice(0, start)}${answer}\n${page.slice(end + 1)}`);
}
