import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const FOLDER = join(import.meta.dirname, '../../deploy/prometheus');

function alerts(name: string, key: string): Set<string | undefined> {
  const text = readFileSync(join(FOLDER, 'rules', name), 'utf8');
  return new Set(
    Array.from(text.matchAll(new RegExp(`${key}: (\\w+)`, 'g')), ([, alert]) => alert),
  );
}

describe('files for Prometheus', () => {
  const copy = mkdtempSync(join(tmpdir(), 'saimon-rules-'));
  afterAll(() => rmSync(copy, { recursive: true }));

  it('are a configuration with its rules', async () => {
    const { stdout } = await run('promtool', ['check', 'config', join(FOLDER, 'prometheus.yml')]);
    expect(stdout).toContain('SUCCESS: 8 rules found');
  });

  it('raise each alert when they should, and not before', async () => {
    await run('promtool', ['test', 'rules', join(FOLDER, 'rules/saimon.test.yml')]);
  });

  it('have every alert tested', () => {
    expect(alerts('saimon.test.yml', 'alertname')).toEqual(alerts('saimon.yml', 'alert'));
  });

  it('do not pass with another threshold', async () => {
    cpSync(join(FOLDER, 'rules'), copy, { recursive: true });
    const rules = readFileSync(join(copy, 'saimon.yml'), 'utf8');
    writeFileSync(join(copy, 'saimon.yml'), rules.replace('>= 2.49', '>= 5'));
    await expect(
      run('promtool', ['test', 'rules', join(copy, 'saimon.test.yml')]),
    ).rejects.toThrow();
  });
});
