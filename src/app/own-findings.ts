import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '../contract/status.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Storage } from './open-database.ts';

const LEAST_NODE = [20, 19] as const;
const LEAST_FREE_BYTES = 1e9;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return enough
    ? { name: 'node', state: 'ok', detail: version }
    : {
        name: 'node',
        state: 'fail',
        detail: `${version}, install ${LEAST_NODE.join('.')} or later`,
      };
}

/** Where the configuration comes from, and what of it has no effect. */
export function checkConfiguration({
  file,
  warnings,
}: Pick<LoadedConfig, 'file' | 'warnings'>): Finding {
  return {
    name: 'configuration',
    state: warnings.length > 0 ? 'warn' : 'ok',
    detail: [file ?? 'none, defaults and environment', ...warnings].join('; '),
  };
}

/** Whether the folder can be written and has room. */
export async function checkDataDir({
  database_url: url,
  data_dir: folder,
}: Storage): Promise<Finding> {
  const name = 'data folder';
  if (url !== '') return { name, state: 'ok', detail: 'not needed with PostgreSQL' };
  try {
    const place = (await isThere(folder)) ? folder : dirname(folder);
    await access(place, constants.W_OK);
    const { bavail, bsize } = await statfs(place);
    const free = bavail * bsize;
    const detail = `${folder}, ${(free / 1e9).toFixed(1)} GB free`;
    return free < LEAST_FREE_BYTES
      ? { name, state: 'warn', detail: `${detail}, make room` }
      : { name, state: 'ok', detail };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      name,
      state: 'fail',
      detail: `${folder} cannot be used (${why}), choose another with --data-dir`,
    };
  }
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
