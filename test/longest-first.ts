import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that are short to read and long to run: begun last, they would leave a processor idle at the end. */
const LONG = ['serve.test.ts', 'scenarios.test.ts', 'rules.test.ts', 'pglite.test.ts'];

/** As Vitest orders files, by size where it does not know how long they took, but for the longest, which come first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer is no array
    const ordered = await super.sort(files);
    return [...ordered.filter(isLong), ...ordered.filter((file) => !isLong(file))];
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.some((name) => moduleId.endsWith(`/${name}`));
}
