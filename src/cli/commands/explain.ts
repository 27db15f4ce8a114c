import { Explanation, SimilarAnomalies } from '../../contract/explanation.ts';
import { formatRange, formatValue } from '../../core/anomalies/format-value.ts';
import { spokenDuration } from '../../core/anomalies/spoken-time.ts';
import { UsageError } from '../failure.ts';
import { paint, print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient } from '../server-client.ts';

const SIMILAR = 5;
const FEATURES = 3;
const SMALLEST_SHARE = 0.005;

/** `explain ID`: why an anomaly is one, and what resembled it before. */
export async function explainCommand(id: string, options: ClientOptions): Promise<void> {
  if (!/^[1-9]\d*$/.test(id)) {
    throw new UsageError(
      `Cannot explain anomaly "${id}": expected its number, see "saimon export" or the API`,
    );
  }
  const client = createServerClient(options);
  const [told, before] = await Promise.all([
    client.get(`/api/v1/anomalies/${id}/explain`, Explanation),
    client.get(`/api/v1/anomalies/${id}/similar?limit=${SIMILAR}`, SimilarAnomalies),
  ]);
  if (options.json) {
    printJson({ ...told, similar: before.similar });
    return;
  }
  print(paint('bold', `${told.sentence}.`));
  const lines = [...facts(told), ...knowledge(told)];
  for (const [name, text] of lines) print(`${`${name}:`.padEnd(18)}${text}`);
  if (told.contributions.length > 0) print(`\n${table(['SHARE', 'WHY'], reasons(told))}`);
  if (before.similar.length > 0) {
    const head = ['SIMILAR', 'ANOMALY', 'STARTED', 'LASTED', 'ENDED', 'VERDICT'];
    print(`\n${table(head, before.similar.map(resemblance))}`);
  }
  if (told.missing.length > 0)
    print(paint('dim', `\nNot kept with it: ${told.missing.join(', ')}`));
}

type Line = readonly [name: string, text: string];

function facts({ unit, ...told }: Explanation): Line[] {
  const value = (one: number | null): string => formatValue(one ?? Number.NaN, unit);
  const [lower, upper] = told.normal_would_be ?? [null, null];
  const normal = formatRange([lower ?? Number.NaN, upper ?? Number.NaN], unit);
  const weeks = told.past_weeks.filter((week) => week.value !== null);
  const certainty =
    told.confidence === null ? '' : `, confidence ${Math.round(100 * told.confidence)} %`;
  return [
    ['severity', `${told.severity}, score ${(told.score ?? 0).toFixed(3)}${certainty}`],
    ['value', `${value(told.value)}, expected ${value(told.expected)}`],
    ...(normal === undefined ? [] : [['normal would be', normal] as const]),
    ...(weeks.length === 0
      ? []
      : [['weeks before', weeks.map((week) => value(week.value)).join(', ')] as const]),
    ['found after', spokenDuration(1000 * told.found_after_seconds)],
  ];
}

function knowledge({
  training,
  data_quality: quality,
  models,
  events,
  drift,
  rules,
}: Explanation): Line[] {
  const versions = Object.entries(models).map(([kind, version]) => `${kind} ${version}`);
  const gaps =
    quality && quality.gaps > 0
      ? `, ${quality.gaps} gaps of at most ${spokenDuration(1000 * quality.longest_gap_seconds)}`
      : '';
  const lines: (Line | undefined)[] = [
    training ? ['learned', `${training.samples} samples since ${training.since}`] : undefined,
    quality
      ? ['day before', `${Math.round(100 * quality.coverage)} % of its samples came${gaps}`]
      : undefined,
    versions.length > 0 ? ['models', versions.join(', ')] : undefined,
    drift ? ['drifts since', drift.since] : undefined,
    ...rules.map(
      (rule): Line => [
        rule.status === 'accepted' ? 'quieted by' : 'would be quiet by',
        `rule ${rule.rule_id} (${rule.status}): ${rule.sentence}`,
      ],
    ),
    events.length > 0 ? ['events before', events.map(titleOf).join(', ')] : undefined,
  ];
  return lines.filter((line) => line !== undefined);
}

function titleOf({ kind, title }: Readonly<Record<string, unknown>>): string {
  return [kind, title].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

function reasons({ contributions }: Explanation): string[][] {
  const told = contributions.filter(({ share }) => share >= SMALLEST_SHARE);
  return told.map(({ share, meaning, detector, features = [] }) => {
    const named = features.slice(0, FEATURES).map(({ name }) => name);
    const by = named.length === 0 ? detector : `${detector}: ${named.join(', ')}`;
    return [percent(share), `${meaning} (${by})`];
  });
}

function resemblance(one: SimilarAnomalies['similar'][number]): string[] {
  const verdict = { true: 'confirmed', false: 'false alarm', null: '–' } as const;
  return [
    percent(one.similarity),
    `${one.anomaly.id}${one.same_series ? '' : ' (another series)'}`,
    one.anomaly.started_at.slice(0, 19).replace('T', ' '),
    one.duration_seconds === null ? 'goes on' : spokenDuration(1000 * one.duration_seconds),
    (one.ending ?? '–').replace('_', ' '),
    verdict[`${one.is_confirmed}`],
  ];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`.padStart(5);
}
