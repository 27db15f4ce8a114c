import { expect, test } from 'vitest';
import { createLog } from './log.ts';

const TIME = Date.UTC(2026, 10, 22, 10);

test('a JSON log has the names of pino and keeps stacks for level debug', () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const log = createLog({ level: 'info', format: 'json', write, now: () => TIME });
  log.debug({}, 'too fine');
  log.warn({ err: new RangeError('no'), port: 1 }, 'Refused');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { level: 40, time: TIME, msg: 'Refused', err: { type: 'RangeError', message: 'no' }, port: 1 },
  ]);
});

test('a text log is one line for people', () => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const log = createLog({ level: 'info', format: 'text', write, now: () => TIME });
  log.error({ err: new Error('disk is full'), file: 'a b', count: 2 }, 'Cannot write');
  expect(lines[0]?.slice(9)).toBe('ERROR Cannot write (disk is full) file="a b" count=2');
});
