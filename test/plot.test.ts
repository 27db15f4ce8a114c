import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saimon } from './saimon-process.ts';

const ROWS = 2000;
const START = Date.UTC(2026, 10, 2) / 1000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'saimon-plot-'));
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const busy = i >= 1700 && i < 1712 ? 0.4 : 0;
    return `${START + 300 * i},${(0.3 + 0.01 * Math.sin(i * i) + busy).toFixed(4)},${i % 7}`;
  });
  writeFileSync(join(folder, 'two.csv'), ['timestamp,cpu,queue', ...rows, ''].join('\n'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('saimon plot', () => {
  test('draws one column with its unit, its zone and what was abnormal', async () => {
    const args = ['plot', 'two.csv', '--column', 'cpu', '--unit', 'ratio', '--tz', 'Asia/Tokyo'];
    const { code, stderr } = await saimon([...args, '--learn-rows', '1200', '--out', 'cpu.svg'], {
      folder,
    });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'cpu.svg: 2000 rows, 1200 learned, 1 anomaly\n',
    });
    const svg = readFileSync(join(folder, 'cpu.svg'), 'utf8');
    expect(svg).toMatch(/<title>\w+: cpu went up to 7\d(\.\d)? %, expected/);
    expect(svg).toContain('>60 %</text>');
    expect(svg).toContain('2 Nov 2026, 09:00 to 9 Nov 2026, 07:35, Asia/Tokyo');
  });

  test('prints the stretch that is asked for, with the events in it', async () => {
    writeFileSync(
      join(folder, 'events.csv'),
      `timestamp,kind,title\n${START + 300 * 1700},deploy,v2\n`,
    );
    const args = ['plot', 'two.csv', '--column', 'cpu', '--events', 'events.csv'];
    const shown = ['--from', '2026-11-07T20:00', '--to', String(START + 300 * 1800)];
    const { stdout } = await saimon([...args, ...shown], { folder });
    expect(stdout).toMatch(/^<svg .*<\/svg>\n$/s);
    expect(stdout).toContain('>v2</text>');
    expect(stdout).not.toContain('>learned</text>');
  });

  test.each([
    [[], 'Cannot plot all of two.csv: it has cpu, queue, choose one with --column'],
    [['--column', 'disk'], 'Cannot plot column "disk" of two.csv: it has cpu, queue'],
    [['--column', 'cpu', '--from', 'noon'], 'Cannot use --from noon: expected unix seconds'],
    [['--column', 'cpu', '--to', '1'], 'expected a time after the first'],
    [
      ['--column', 'cpu', '--learn-rows', '2000'],
      'it has 2000 rows of which 2000 would be learned',
    ],
    [['--column', 'cpu', '--out', 'no/x.svg'], 'Cannot write no/x.svg: expected a path'],
  ])('%j is wrong use', async (args, message) => {
    const { code, stderr } = await saimon(['plot', 'two.csv', ...args], { folder });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
