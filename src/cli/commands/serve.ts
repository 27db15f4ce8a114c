import { createService, type Role } from '../../app/service.ts';
import { printBanner } from '../banner.ts';
import { UsageError } from '../failure.ts';
import { readConfig, type SettingOptions } from '../global-options.ts';
import { runService } from '../run-service.ts';
import { serviceLog } from '../service-log.ts';

export interface ServeOptions extends SettingOptions {
  readonly role: Role;
}

/** `serve` */
export async function serveCommand(options: ServeOptions): Promise<void> {
  const loaded = readConfig(options);
  const { role } = options;
  if (role !== 'all' && loaded.config.storage.database_url === '') {
    throw new UsageError(
      `Cannot serve with --role ${role}: the embedded database serves one process, set DATABASE_URL to a PostgreSQL`,
    );
  }
  const logger = serviceLog(loaded.config);
  for (const warning of loaded.warnings) logger.warn({}, warning);
  await runService(
    (onFailure) =>
      createService({ loaded, role, logger, read: () => readConfig(options), onFailure }),
    {
      logger,
      onStarted: ({ url }) => {
        if (process.stdout.isTTY) printBanner(loaded, { url });
      },
    },
  );
}
