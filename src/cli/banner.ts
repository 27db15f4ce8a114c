import type { LoadedConfig } from '../app/config/load-config.ts';
import { maskAddress } from '../app/config/secret-keys.ts';
import { databasePlace } from '../app/open-database.ts';
import { readVersion } from '../app/version.ts';
import { paint, print } from './output.ts';

/** What a person at a terminal wants to know first. */
export function printBanner(
  { config, file }: LoadedConfig,
  service: { url: string; watching?: string },
): void {
  const { datasource_url: address, queries } = config.reader;
  const count = Object.keys(queries).length;
  const source = service.watching ?? (address === '' ? 'this host' : maskAddress(address));
  const rows = [
    ['Open', paint('cyan', service.url)],
    [
      'Watching',
      `${source}, ${count === 0 ? 'what is found there' : `${count} queries`}, every ${config.schedulers.infer_every}`,
    ],
    ['Data', databasePlace(config.storage)],
    ['Config', file ?? 'none, defaults and environment'],
  ];
  print(`\n${paint('bold', `SAIMon ${readVersion()}`)}  (Ctrl+C stops it)`);
  for (const [name = '', text = ''] of rows) print(`  ${paint('dim', name.padEnd(9))}${text}`);
  print('');
}
