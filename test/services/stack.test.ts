import { afterAll, beforeAll, describe } from 'vitest';
import { dashboardsSuite } from './dashboards.suite.ts';
import { doctorSuite } from './doctor.suite.ts';
import { readApiSuite } from './read-api.suite.ts';
import { remoteWriteSuite } from './remote-write.suite.ts';
import { rolesSuite } from './roles.suite.ts';
import { startStack, type WatchedStack } from './watched-stack.ts';

// The stack takes a minute to learn: all that is asked of it stands in one file.

let stack: WatchedStack | undefined;

function running(): WatchedStack {
  if (stack === undefined) throw new Error('The stack is not running');
  return stack;
}

beforeAll(async () => {
  stack = await startStack();
}, 400_000);
afterAll(() => stack?.stop());

describe('doctor', () => doctorSuite(running));
describe('roles', () => rolesSuite(running));
describe('dashboards', () => dashboardsSuite(running));
describe('remote write', () => remoteWriteSuite(running));
describe('read API', () => readApiSuite(running));
