import type { Logger } from '../base/logger.ts';
import type { Sealing } from '../engine/sealed-settings.ts';

/** What became of the secrets of added channels at the start. */
export function tellSealing({ sealed, inClear, unreadable }: Sealing, logger: Logger): void {
  if (sealed.length > 0) logger.info({ channels: sealed }, 'Secrets of channels sealed');
  if (inClear.length > 0) {
    const would = 'set storage.secret_key, the same in every process, and start again';
    logger.warn(
      { channels: inClear },
      `Secrets of channels stand in the database as they are: ${would}`,
    );
  }
  for (const { name, problem } of unreadable)
    logger.warn({ channel: name }, `Channel "${name}": ${problem}`);
}
