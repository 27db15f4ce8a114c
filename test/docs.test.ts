import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pages } from './guide-blocks.ts';
import { saimon } from './saimon-process.ts';

const PAGES = [...pages(), 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'GLOSSARY.md', 'STYLE.md'];
const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;
const WEB = /^(https?|mailto):/;

/** The anchors of a page as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

describe('links', () => {
  test.each(PAGES)('of %s lead somewhere', (page) => {
    const targets = [...readFileSync(page, 'utf8').matchAll(LINK)].flatMap(([, to = '']) =>
      WEB.test(to) ? [] : [to],
    );
    const broken = targets.filter((to) => {
      const [path = '', anchor] = to.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('of README.md lead to every page of docs', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(pages().filter((page) => page !== 'README.md' && !readme.includes(page))).toEqual([]);
  });
});

/** The commands in the help of a command. */
async function commandsOf(...command: string[]): Promise<string[]> {
  const { stdout } = await saimon([...command, '--help']);
  const [, list = ''] = stdout.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
}

test('every command that a page names is one', async () => {
  const known = await commandsOf();
  const groups = new Map(
    await Promise.all(known.map(async (name) => [name, await commandsOf(name)] as const)),
  );
  const unknown = PAGES.flatMap((page) => {
    // In code only: elsewhere it is the name of the program in a sentence.
    const code = readFileSync(page, 'utf8').matchAll(/```[\s\S]*?```|`[^`\n]+`/g);
    const named = [...code].flatMap(([text]) => [
      ...text.matchAll(/(?:^|[`"]|npx |&& |[A-Z_]=\S* )saimon ([a-z]+)(?: ([a-z]+))?/gm),
    ]);
    return named.flatMap(([text, name = '', inner = '']) => {
      const group = groups.get(name);
      const fits = group && (group.length === 0 || inner === '' || group.includes(inner));
      return fits ? [] : [`${page}: ${text}`];
    });
  });
  expect(unknown).toEqual([]);
});
