import { defineConfig } from 'vitest/config';
import { testReporters } from './test/reporters.ts';

/** The slow half: the built program against real servers, commands that ask a running one, and the proof of the walls. */
export default defineConfig({
  test: {
    reporters: testReporters(),
    include: ['test/services/**/*.test.ts', 'test/walls.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Every file starts servers of its own on free ports and mostly waits for them: two at a time, and what fails has failed.
    maxWorkers: 2,
    retry: 0,
  },
});
