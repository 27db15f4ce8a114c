import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configJsonSchema, validKeys } from './schema-keys.ts';

test('docs/saimon.schema.json is in step with the configuration', () => {
  const published = readFileSync(
    new URL('../../../docs/saimon.schema.json', import.meta.url),
    'utf8',
  );
  expect(
    JSON.parse(published),
    'Run: node dist/cli/main.js config schema > docs/saimon.schema.json',
  ).toEqual(configJsonSchema());
});

test('validKeys() finds the keys inside named queries and typed channels', () => {
  expect(validKeys(['reader', 'queries', 'cpu'])).toContain('expr');
  expect(validKeys(['notify', 'channels', 'ops'])).toEqual(
    expect.arrayContaining(['type', 'webhook_url']),
  );
});
