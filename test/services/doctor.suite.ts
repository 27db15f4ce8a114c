import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Finding } from '../../src/contract/status.ts';
import type { WatchedStack } from './watched-stack.ts';

const run = promisify(execFile);

/** A part of stack.test.ts: the doctor looks at the whole stack, as the original's setup script did. */
export function doctorSuite(running: () => WatchedStack): void {
  test('the doctor finds the whole stack well', async () => {
    const args = ['dist/cli/main.js', 'doctor', '--json', '--url', running().api.url];
    const { stdout } = await run(process.execPath, args);
    const findings = z.array(Finding).parse(JSON.parse(stdout));
    const states = new Map(findings.map(({ name, state }) => [name, state]));
    const well = ['server', 'node', 'configuration', 'database', 'prometheus', 'up', 'clock'];
    const also = ['database clock', 'remote write', 'redis', 'series', 'newest sample', 'models'];
    for (const name of [...well, ...also])
      expect(states.get(name), `${name}: ${stdout}`).toBe('ok');
    expect(states.get('anomalies')).toBe('info');
  });
}
