import { parseDuration } from '../../base/duration.ts';
import { DAY_MS, HOUR_MS } from '../../core/civil-time.ts';
import { isRecord } from '../is-record.ts';
import type { ImportDraft, Mapping } from './imported.ts';
import { NO_COUNTERPART } from './vmanomaly-keys.ts';

const PERIODIC = /^(periodic|scheduler\.periodic\.PeriodicScheduler)$/;

const KEYS: Readonly<Record<string, Mapping>> = {
  class: () => ({}),
  infer_every: (value) => ({ infer_every: value }),
  fit_every: (value) =>
    atLeast(value, HOUR_MS)
      ? { fit_every: value }
      : 'models learn from every sample, they are fitted once an hour at most: the default is kept',
  fit_window: (value) =>
    atLeast(value, DAY_MS)
      ? { fit_window: value }
      : 'less than a day is too little to know the time of day from: the default is kept',
  start_from: (value) =>
    /^\d?\d:\d\d$/.test(String(value))
      ? { start_from: value }
      : 'expected a time of day such as "02:00": the default is kept',
  tz: () => 'one calendar for all, set reader.tz',
};

/** All is run by one schedule: that of the scheduler which infers most often. */
export function importSchedulers(
  draft: ImportDraft,
  { schedulers, scheduler }: { readonly schedulers: unknown; readonly scheduler: unknown },
): void {
  const named = isRecord(schedulers)
    ? Object.entries(schedulers).map(([alias, one]) => ({ path: ['schedulers', alias], one }))
    : [{ path: ['scheduler'], one: scheduler }];
  const periodic = named.flatMap(({ path, one }) => {
    if (!isRecord(one)) return [];
    const { class: kind = 'periodic' } = one;
    if (typeof kind === 'string' && PERIODIC.test(kind)) return [{ path, one }];
    draft.warn(path, 'not imported, what is past is judged by saimon backtest');
    return [];
  });
  const [first, ...others] = periodic.toSorted((a, b) => everyMs(a.one) - everyMs(b.one));
  for (const key of Object.keys(first?.one ?? {})) {
    draft.take([...(first?.path ?? []), key], KEYS[key] ?? NO_COUNTERPART, ['schedulers']);
  }
  for (const { path } of others) {
    draft.warn(path, `not imported, all is run by one schedule: that of ${first?.path.at(-1)}`);
  }
}

function everyMs(scheduler: Record<string, unknown>): number {
  return durationMs(scheduler['infer_every']) ?? Number.POSITIVE_INFINITY;
}

function atLeast(value: unknown, leastMs: number): boolean {
  return (durationMs(value) ?? 0) >= leastMs;
}

function durationMs(value: unknown): number | undefined {
  try {
    return parseDuration(String(value));
  } catch {
    return undefined;
  }
}
