// Incidents of the simulated estate: a cascade over five series of one host, in an order and with delays that the seed draws,
// and a jump on another host half a minute later. Counts how many cascades are one incident of all five at the second detection
// run, how many have the injected first mover ranked first, how many times the two hosts stay two incidents. Run it with
// `npm run bench:incidents -- [SEEDS] [STEP IN SECONDS] [DAYS TO LEARN]`.
import type { Episode } from '../src/core/anomalies/episode.ts';
import { DAY_MS, HOUR_MS } from '../src/core/civil-time.ts';
import { groupMembers } from '../src/core/incidents/group-members.ts';
import type { IncidentMember } from '../src/core/incidents/incident-member.ts';
import { rankCauses } from '../src/core/incidents/rank-causes.ts';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { trainSeriesModel } from '../src/core/model/series-model.ts';
import { seededRng } from '../src/core/random.ts';
import { createEstate, type EstateSeries } from '../src/sources/simulated/estate.ts';
import { fixedFaults } from '../src/sources/simulated/faults.ts';
import { print } from './rounds.ts';

const [, , seeds = '50', step = '15', days = '3'] = process.argv;
const STEP_MS = 1000 * Number(step);
const START_MS = Date.UTC(2026, 10, 2);
const JUDGED_MS = START_MS + Number(days) * DAY_MS;
const INTERVAL_MS = 300_000;
const RULES = { gapMs: 900_000, sharedLabels: [] };
const FAULT_MS = 20 * 60_000;
const METRICS = [
  'node_disk_written',
  'node_load1',
  'node_cpu_busy',
  'node_network_received',
  'node_network_transmitted',
];

const tally = { one: 0, first: 0, firstTold: 0, apart: 0, seen: 0 };
for (let seed = 1; seed <= Number(seeds); seed++) play(seed);
print(
  `of ${seeds} cascades over ${METRICS.length} series: ${tally.one} one incident of all at the second run after they began, ` +
    `${tally.seen} series seen by then; the injected first mover ranked first in ${tally.first}, at the end in ${tally.firstTold}; ` +
    `${tally.apart} apart from the fault on the other host`,
);

function play(seed: number): void {
  const rng = seededRng(seed);
  const faultMs = JUDGED_MS + 14 * HOUR_MS + Math.floor(INTERVAL_MS * rng());
  const order = METRICS.map((metric) => ({ metric, by: rng() })).toSorted((a, b) => a.by - b.by);
  let delayMs = 0;
  const targets = order.map(({ metric }) => {
    const target = { metric, labels: { instance: 'web-1' }, delayMs };
    delayMs += 15_000 + Math.floor(45_000 * rng());
    return target;
  });
  const other = { metric: 'node_cpu_busy', labels: { instance: 'web-2' }, delayMs: 30_000 };
  const span = { startMs: faultMs, endMs: faultMs + FAULT_MS };
  const estate = createEstate({
    seed,
    startMs: START_MS,
    faults: fixedFaults([
      { kind: 'cascade', title: 'cascade', ...span, targets },
      { kind: 'jump', title: 'jump', ...span, targets: [other] },
    ]),
  });
  const watched = estate.series.filter(
    ({ labels, metric }) =>
      (labels['instance'] === 'web-1' && METRICS.includes(metric.name)) ||
      (labels['instance'] === 'web-2' && metric.name === 'node_cpu_busy'),
  );
  const stories = watched.map((series) =>
    judge(series, { untilMs: span.endMs, valuesAt: (times) => estate.values(series, times) }),
  );
  const secondRunMs = (Math.floor(faultMs / INTERVAL_MS) + 2) * INTERVAL_MS;
  const early = incidentOf(stories, { sinceMs: faultMs, untilMs: secondRunMs });
  const late = incidentOf(stories, { sinceMs: faultMs, untilMs: span.endMs });
  const first = order[0]?.metric;
  tally.seen += early.cascade;
  if (early.cascade === METRICS.length) tally.one++;
  if (early.first === first) tally.first++;
  if (late.first === first) tally.firstTold++;
  if (early.isApart) tally.apart++;
  if (early.cascade !== METRICS.length || early.first !== first || !early.isApart)
    print(`  seed ${seed}: ${early.cascade} series, ${early.first} ranked first for ${first}`);
}

interface Story {
  readonly series: EstateSeries;
  /** As they stood after each sample that changed one. */
  readonly told: readonly { readonly atMs: number; readonly episode: Episode }[];
}

/** What is known of the cascade's incident when every sample up to `untilMs` is judged. */
function incidentOf(
  stories: readonly Story[],
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
) {
  const members = stories.flatMap(({ series, told }, i) => {
    const latest = new Map<string, Episode>();
    for (const { atMs, episode } of told) {
      if (atMs <= untilMs) latest.set(`${episode.kind} ${episode.openedAtMs}`, episode);
    }
    return [...latest.values()].map(
      (episode, at): IncidentMember => ({
        id: 100 * i + at,
        seriesId: i,
        metricName: series.metric.name,
        labels: series.labels,
        kind: episode.kind,
        severity: 'high',
        ratio: episode.peak.ratio,
        startedAtMs: episode.startedAtMs,
        lastAtMs: episode.lastAtMs,
        endedAtMs: episode.open ? null : episode.endedAtMs,
        stepMs: STEP_MS,
        incidentId: null,
      }),
    );
  });
  const recent = groupMembers(members, RULES).filter(({ members: group }) =>
    group.some(({ lastAtMs }) => lastAtMs >= sinceMs),
  );
  const hostsOf = recent.map(({ members: group }) => new Set(group.map(hostOf)));
  const own = recent.filter(({ members: group }) => group.some((one) => hostOf(one) === 'web-1'));
  const [incident] = own;
  const causes = rankCauses(incident?.members ?? []);
  return {
    cascade: own.length === 1 ? new Set(causes.map(({ member }) => member.metricName)).size : 0,
    first: causes[0]?.member.metricName,
    isApart: hostsOf.length === 2 && hostsOf.every((hosts) => hosts.size === 1),
  };
}

function hostOf({ labels }: IncidentMember): string | undefined {
  return labels['instance'];
}

interface Heard {
  readonly untilMs: number;
  readonly valuesAt: (times: Float64Array) => Float64Array;
}

function judge(series: EstateSeries, { untilMs, valuesAt }: Heard): Story {
  const learned = grid(START_MS, JUDGED_MS);
  const model = trainSeriesModel(
    { ...DEFAULT_POLICY, stepMs: STEP_MS },
    { times: learned, values: valuesAt(learned) },
    1,
  );
  const told: { atMs: number; episode: Episode }[] = [];
  const times = grid(JUDGED_MS, untilMs);
  valuesAt(times).forEach((value, i) => {
    const atMs = times[i];
    model.observe(atMs, value);
    for (const episode of model.drainEpisodes()) told.push({ atMs, episode });
  });
  return { series, told };
}

function grid(fromMs: number, untilMs: number): Float64Array {
  return Float64Array.from(
    { length: Math.floor((untilMs - fromMs) / STEP_MS) },
    (_, i) => fromMs + i * STEP_MS,
  );
}
