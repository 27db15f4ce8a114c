import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { diskGuard } from './disk-guard.ts';

describe('diskGuard()', () => {
  const full = diskGuard(tmpdir(), Number.MAX_SAFE_INTEGER);

  it('refuses what grows on a full disk and says what would do', () => {
    expect(() => full('insert into series select 1')).toThrow(
      /MB of its disk are free; free \d+ MB/,
    );
    expect(() => full('update series set state = $1')).toThrow(/Cannot write to the database/);
  });

  it('lets reads, claims of rows and deletions through', () => {
    for (const sql of [
      'select 1',
      'select id from series for update',
      'delete from bands',
      'commit',
    ])
      expect(() => full(sql)).not.toThrow();
  });

  it('lets everything through while there is space', () => {
    expect(() => diskGuard(tmpdir(), 0)('insert into series select 1')).not.toThrow();
  });
});
