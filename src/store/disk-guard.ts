import { statfsSync } from 'node:fs';
import { StoreError } from './errors.ts';

// PGlite does not survive a full disk: it stops for good when it cannot write its log. The largest
// transaction of ours (states of 1,000 series) takes half of this.
const LEAST_FREE_BYTES = 256 * 2 ** 20;
const GROWING = /\binsert into\b|(?<!\bfor )\bupdate\b|\bcreate table\b/i;

/**
 * Refuses statements that make the database grow while its disk is nearly full; reads and deletions go on.
 * Asks the disk each time, so that writing goes on by itself once there is space.
 */
export function diskGuard(directory: string, leastFreeBytes = LEAST_FREE_BYTES) {
  return (sql: string): void => {
    if (!GROWING.test(sql)) return;
    const { bavail, bsize } = statfsSync(directory);
    const freeBytes = bavail * bsize;
    if (freeBytes >= leastFreeBytes) return;
    const [free, least] = [freeBytes, leastFreeBytes].map((bytes) => Math.floor(bytes / 2 ** 20));
    throw new StoreError(
      'full',
      `Cannot write to the database in "${directory}": ${free} MB of its disk are free; free ${least} MB or lower the retention`,
    );
  };
}
