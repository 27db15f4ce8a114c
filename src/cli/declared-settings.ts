import { readCalendarFile } from '../app/config/calendar-files.ts';
import type { Config } from '../app/config/config-schema.ts';
import { engineSettings } from '../app/engine-settings.ts';
import type { BacktestOptions } from '../core/backtest/backtest.ts';
import { readCalendar } from '../core/context/calendar.ts';
import type { DeclaredEvent } from '../core/context/declared-event.ts';
import type { MaintenanceWindow } from '../core/context/maintenance.ts';
import type { Labels } from '../core/labels.ts';
import { windowOf } from '../engine/declared-context.ts';
import { readEvents } from '../sources/csv/read-events.ts';
import { UsageError } from './failure.ts';

/** Options of commands that judge recorded series. */
export interface DeclaredOptions {
  readonly events?: string;
  readonly calendar?: string;
  readonly labels?: string;
  readonly tz: string;
}

/** What is known of the world around recorded series. */
export interface Declared {
  readonly labels: Labels;
  readonly events: readonly DeclaredEvent[];
  readonly windows: readonly MaintenanceWindow[];
  /** Days that are like a weekend, ascending. */
  readonly restDays: readonly number[];
}

const ANY_YEAR = { from: 1970, to: 2100 };
const LABEL = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;

/** Events and days off of the files, planned work and days off of the configuration. */
export async function declaredSettings(
  config: Config,
  options: DeclaredOptions,
): Promise<Declared> {
  const { events: eventFile, calendar, tz: zone } = options;
  const { maintenance, calendars } = engineSettings(config).context;
  const texts = calendars.map(({ content }) => content);
  if (calendar !== undefined) texts.push(calendarOf(calendar, '--calendar').content);
  const days = texts.flatMap((text) => readCalendar(text, ANY_YEAR).map(({ day }) => day));
  return {
    labels: parseLabels(options.labels),
    events: eventFile === undefined ? [] : await readEvents(eventFile, { zone }),
    windows: maintenance.map(windowOf),
    restDays: [...new Set(days)].toSorted((a, b) => a - b),
  };
}

/** The options of a backtest that takes it into account. */
export function withDeclared<Settings extends Omit<BacktestOptions, 'learnRows'>>(
  settings: Settings,
  { restDays, ...declared }: Declared,
) {
  return { ...settings, ...declared, policy: { ...settings.policy, restDays } };
}

/** A calendar file's name and text, `what` being how the command line speaks of it. */
export function calendarOf(file: string, what: string): ReturnType<typeof readCalendarFile> {
  try {
    return readCalendarFile(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`Cannot use ${what} ${file}: ${error.message}`, { cause: error });
  }
}

/** Reads `service=api,host=a`. */
export function parseLabels(text = '', option = '--labels'): Labels {
  const labels: Record<string, string> = {};
  for (const pair of text === '' ? [] : text.split(',')) {
    const [, name, value = ''] = LABEL.exec(pair) ?? [];
    if (name === undefined) {
      throw new UsageError(
        `Cannot use ${option} ${text}: expected pairs such as service=api,host=a`,
      );
    }
    labels[name] = value;
  }
  return labels;
}
