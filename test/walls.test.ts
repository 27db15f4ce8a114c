import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * Builds an empty house on the project's own settings, with one small room per floor, and breaks every
 * rule in it once: the compiler or the linter has to refuse each.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  base: [],
  contract: ['core'],
  sources: ['core', 'base'],
  store: ['core', 'base'],
  notify: ['core', 'base'],
  engine: ['core', 'base', 'sources', 'store', 'notify'],
  api: ['core', 'base', 'contract', 'sources', 'store', 'notify', 'engine'],
  app: ['core', 'base', 'contract', 'sources', 'store', 'notify', 'engine', 'api'],
  cli: ['core', 'base', 'contract', 'sources', 'store', 'notify', 'engine', 'api', 'app'],
};
const FLOORS = Object.keys(MAY_IMPORT);

const BY_COMPILER: readonly (readonly [file: string, source: string, code: RegExp])[] = [
  [
    'src/core/bad-node.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
    /TS2\d+/,
  ],
  ['src/core/bad-process.ts', 'export const leak = process.env;', /TS2\d+/],
  ['src/core/bad-timer.ts', 'export const wait = setTimeout;', /TS2\d+/],
  ['src/core/bad-console.ts', 'export const say = (): void => console.log(1);', /TS2\d+/],
  [
    'src/contract/bad-node.ts',
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
    /TS2\d+/,
  ],
  ['ui/src/bad-to-engine.ts', "export type { engine } from '../../src/engine/room.ts';", /TS6307/],
  ['ui/src/bad-node.ts', "export { readFileSync } from 'node:fs';", /TS2\d+/],
  ['src/base/bad-enum.ts', 'export enum Level {\n  Low,\n}', /TS1294/],
];

const BY_LINTER: readonly (readonly [file: string, source: string, rule: string])[] = [
  [
    'src/core/bad-random.ts',
    'export const jitter = (): number => Math.random();',
    'no-restricted-properties',
  ],
  [
    'src/core/bad-clock.ts',
    'export const now = (): number => Date.now();',
    'no-restricted-globals',
  ],
  [
    'src/core/bad-cycle-a.ts',
    "import { b } from './bad-cycle-b.ts';\nexport const a = (): number => b();",
    'no-cycle',
  ],
  [
    'src/core/bad-cycle-b.ts',
    "import { a } from './bad-cycle-a.ts';\nexport const b = (): number => a();",
    'no-cycle',
  ],
  [
    'src/engine/bad-floating.ts',
    'async function go(): Promise<void> {}\nexport function start(): void {\n  go();\n}',
    'no-floating-promises',
  ],
  ['src/base/bad-any.ts', 'export const loose = (value: any): number => value;', 'no-explicit-any'],
  [
    'src/base/bad-bang.ts',
    'export const sure = (text?: string): string => text!;',
    'no-non-null-assertion',
  ],
  [
    'src/base/bad-throw.ts',
    "export const fail = (): never => {\n  throw 'text';\n};",
    'only-throw-error',
  ],
  ['src/base/bad-default.ts', 'export default 1;', 'no-default-export'],
  ['src/store/bad-console.ts', 'console.log(1);\nexport const said = 1;', 'no-console'],
  ['src/base/badName.ts', 'export const named = 1;', 'filename-case'],
];

interface Outcome {
  readonly code: number;
  readonly lines: readonly string[];
}

const house = process.cwd();
let copy = '';
let sound: { readonly types: Outcome; readonly lint: Outcome };
let broken: { readonly types: Outcome; readonly lint: Outcome };

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'saimon-walls-'));
  await symlink(join(house, 'node_modules'), join(copy, 'node_modules'));
  for (const name of ['package.json', 'tsconfig.base.json', '.oxlintrc.json']) {
    await cp(join(house, name), join(copy, name));
  }
  const references = [...FLOORS.map((floor) => `src/${floor}`), 'ui'].map((path) => ({ path }));
  await put('tsconfig.json', JSON.stringify({ files: [], references }));
  for (const floor of FLOORS) {
    await put(`src/${floor}/room.ts`, `export const ${floor} = '${floor}';`);
    await cp(join(house, `src/${floor}/tsconfig.json`), join(copy, `src/${floor}/tsconfig.json`));
    for (const below of MAY_IMPORT[floor] ?? [])
      await put(`src/${floor}/to-${below}.ts`, door(below));
  }
  await cp(join(house, 'ui/tsconfig.json'), join(copy, 'ui/tsconfig.json'));
  await put('ui/src/room.ts', "export type { contract } from '../../src/contract/room.ts';");
  sound = await inspect();

  for (const [from, to] of forbidden()) await put(`src/${from}/bad-to-${to}.ts`, door(to));
  for (const [file, source] of [...BY_COMPILER, ...BY_LINTER]) await put(file, source);
  broken = await inspect();
}, 300_000);

afterAll(() => rm(copy, { recursive: true, force: true }));

test('the floors of the house are the floors of this test', async () => {
  const entries = await readdir(join(house, 'src'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.toSorted()).toEqual(FLOORS.toSorted());
});

test('a house that keeps the rules passes', () => {
  expect(sound.types).toEqual({ code: 0, lines: [] });
  expect(sound.lint.code, sound.lint.lines.join('\n')).toBe(0);
});

test.each(forbidden())('the compiler refuses an import of %s from %s', (from, to) => {
  expect(complaints(broken.types, `src/${from}/bad-to-${to}.ts`)).toMatch(/TS6307/);
});

test.each(BY_COMPILER)('the compiler refuses %s', (file, _source, code) => {
  expect(complaints(broken.types, file)).toMatch(code);
});

test.each(BY_LINTER)('the linter refuses %s', (file, _source, rule) => {
  expect(complaints(broken.lint, file)).toContain(rule);
});

function forbidden(): [from: string, to: string][] {
  return FLOORS.flatMap((from) =>
    FLOORS.filter((to) => to !== from && !MAY_IMPORT[from]?.includes(to)).map(
      (to): [string, string] => [from, to],
    ),
  );
}

function door(to: string): string {
  return `export { ${to} } from '../${to}/room.ts';`;
}

async function put(file: string, source: string): Promise<void> {
  const path = join(copy, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${source}\n`);
}

async function inspect() {
  return {
    types: await run('tsc', ['-b', '--pretty', 'false']),
    lint: await run('oxlint', ['--type-aware', '--format=unix']),
  };
}

function run(tool: string, parameters: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const program = join(house, 'node_modules', '.bin', tool);
    const options = { cwd: copy, maxBuffer: 64 * 2 ** 20 };
    execFile(program, parameters, options, (error, stdout, stderr) => {
      const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), lines });
    });
  });
}

function complaints({ lines }: Outcome, file: string): string {
  return lines.filter((line) => line.includes(file)).join('\n');
}
