/** What people read; with TEST_REPORT a JSON file beside it, from which .ci/run takes the counts. */
export function testReporters(): (string | [string, object])[] {
  const outputFile = process.env['TEST_REPORT'];
  return outputFile ? ['default', ['json', { outputFile }]] : ['default'];
}
