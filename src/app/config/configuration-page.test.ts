import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationPage } from './configuration-page.ts';

test('docs/CONFIGURATION.md is in step with the configuration', () => {
  const published = readFileSync(
    new URL('../../../docs/CONFIGURATION.md', import.meta.url),
    'utf8',
  );
  expect(published, 'Run: npm run docs:config').toBe(configurationPage());
});

test('every key has a type and says what it means', () => {
  const rows = configurationPage()
    .split('\n')
    .filter((line) => /^\| `[a-z]+\./.test(line));
  expect(rows.length).toBeGreaterThan(80);
  for (const row of rows) {
    const [, , type = '', , meaning = ''] = row.split(/(?<!\\)\|/);
    expect(type.trim(), row).not.toBe('');
    expect(meaning.trim(), row).not.toBe('');
  }
});
