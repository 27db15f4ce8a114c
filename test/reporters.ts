import type { ViteUserConfig } from 'vitest/config';

type Reporters = NonNullable<NonNullable<ViteUserConfig['test']>['reporters']>;

/** What people read; with TEST_REPORT a JSON file beside it, from which .ci/run takes the counts. */
export function testReporters(): Reporters {
  const outputFile = process.env['TEST_REPORT'];
  return outputFile ? ['default', ['json', { outputFile }]] : ['default'];
}
