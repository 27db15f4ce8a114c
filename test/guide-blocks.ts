import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface GuideBlock {
  readonly page: string;
  /** Of its first line. */
  readonly line: number;
  /** What stands behind the opening fence: `sh`, `json`, `sh not run: it needs Docker`. */
  readonly info: string;
  readonly text: string;
  /** The answer that the page shows below it, where there is one. */
  readonly answer?: unknown;
}

/** README.md and the pages of docs. */
export function pages(): string[] {
  const docs = readdirSync('docs').filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)];
}

/** The fenced blocks of a page in their order. */
export function blocksOf(page: string): GuideBlock[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  const blocks: GuideBlock[] = [];
  let answers = false;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (!line.startsWith('```')) {
      if (line.trim() !== '') answers = false;
      continue;
    }
    const end = lines.indexOf('```', i + 1);
    if (end < 0) throw new Error(`${page}:${i + 1}: the fence is never closed`);
    const info = line.slice(3).trim();
    const text = lines.slice(i + 1, end).join('\n');
    const before = blocks.at(-1);
    if (info === 'json' && answers && before) {
      blocks[blocks.length - 1] = { ...before, answer: JSON.parse(text) };
    } else blocks.push({ page, line: i + 1, info, text });
    answers = info.split(' ')[0] === 'sh';
    i = end;
  }
  return blocks;
}

/** What an answer lacks or has in another type than the page shows; `null` and an empty list on the page may be anything. */
export function differences(shown: unknown, answer: unknown, at = 'answer'): string[] {
  if (shown === null) return [];
  if (Array.isArray(shown)) {
    if (!Array.isArray(answer)) return [`${at} is no list`];
    if (shown.length === 0) return [];
    return answer.length === 0 ? [`${at} is empty`] : differences(shown[0], answer[0], `${at}[0]`);
  }
  if (isRecord(shown)) {
    if (!isRecord(answer)) return [`${at} has no keys`];
    return Object.entries(shown).flatMap(([key, inner]) =>
      key in answer ? differences(inner, answer[key], `${at}.${key}`) : [`${at}.${key} is missing`],
    );
  }
  return typeof shown === typeof answer ? [] : [`${at} is ${JSON.stringify(answer)}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
