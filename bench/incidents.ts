// Incidents of the simulated estate: a cascade over five series of one host, in an order that the seed draws, and one over
// three hosts that share no label, whose past week is what ties them; 15 to 60 s from one to the next, and a jump on another
// host half a minute after the first. Counts how many cascades are one incident of all at the second detection run, how many have
// the injected first mover ranked first, how many times the other host stays apart. Run it with
// `npm run bench:incidents -- [SEEDS] [STEP IN SECONDS]`.
import type { Episode } from '../src/core/anomalies/episode.ts';
import { DAY_MS, HOUR_MS } from '../src/core/civil-time.ts';
import { type Profile, profileOf } from '../src/core/correlation/profile.ts';
import { groupMembers } from '../src/core/incidents/group-members.ts';
import type { IncidentGroup } from '../src/core/incidents/incident-group.ts';
import type { IncidentMember } from '../src/core/incidents/incident-member.ts';
import { learnedTies, pairsToCompare } from '../src/core/incidents/learned-pairs.ts';
import { rankCauses } from '../src/core/incidents/rank-causes.ts';
import { labelsKey } from '../src/core/labels.ts';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { trainSeriesModel } from '../src/core/model/series-model.ts';
import { type Rng, seededRng } from '../src/core/random.ts';
import { createEstate, type EstateSeries } from '../src/sources/simulated/estate.ts';
import { type FaultTarget, fixedFaults } from '../src/sources/simulated/faults.ts';
import { ORDER_CHAIN } from '../src/sources/simulated/order-chain.ts';
import { print } from './rounds.ts';

const [, , seeds = '50', step = '15'] = process.argv;
const STEP_MS = 1000 * Number(step);
const START_MS = Date.UTC(2026, 10, 2);
const INTERVAL_MS = 300_000;
const RULES = { gapMs: 900_000, sharedLabels: [], endedByHandMs: new Map() };
const FAULT_MS = 20 * 60_000;

interface Cascade {
  readonly title: string;
  readonly targets: readonly Omit<FaultTarget, 'delayMs'>[];
  readonly learnedDays: number;
}

const METRICS = [
  'node_disk_written',
  'node_load1',
  'node_cpu_busy',
  'node_network_received',
  'node_network_transmitted',
];

count((rng) => ({
  title: 'five series of a host',
  targets: METRICS.map((metric) => ({ metric, labels: { instance: 'web-1' }, by: rng() }))
    .toSorted((a, b) => a.by - b.by)
    .map(({ metric, labels }) => ({ metric, labels })),
  learnedDays: 3,
}));
const orders = ORDER_CHAIN.map(({ name, labelSets: [labels = {}] }) => ({ metric: name, labels }));
count(() => ({
  title: 'three hosts that share no label, as their past shows',
  targets: orders,
  learnedDays: 7,
}));
count(() => ({
  title: 'the same hosts the other way round',
  targets: orders.toReversed(),
  learnedDays: 7,
}));

function count(draw: (rng: Rng) => Cascade): void {
  const tally = { one: 0, first: 0, firstTold: 0, apart: 0 };
  let title = '';
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const rng = seededRng(seed);
    const cascade = draw(rng);
    title = cascade.title;
    const { early, late, first } = play(cascade, { seed, rng });
    if (early.isOne) tally.one++;
    if (early.first === first) tally.first++;
    if (late.first === first) tally.firstTold++;
    if (early.isApart) tally.apart++;
    if (!early.isOne || early.first !== first || !early.isApart)
      print(
        `  seed ${seed}: ${early.isOne ? 'one' : 'several'}, ${early.first} ranked first for ${first}`,
      );
  }
  print(
    `of ${seeds} cascades over ${title}: ${tally.one} one incident of all at the second run after they began; ` +
      `the injected first mover ranked first in ${tally.first}, at the end in ${tally.firstTold}; ` +
      `${tally.apart} apart from the fault on the other host`,
  );
}

function play({ targets, learnedDays }: Cascade, { seed, rng }: { seed: number; rng: Rng }) {
  const judgedMs = START_MS + learnedDays * DAY_MS;
  const faultMs = judgedMs + 14 * HOUR_MS + Math.floor(INTERVAL_MS * rng());
  let delayMs = 0;
  const delayed = targets.map((target) => {
    const late = { ...target, delayMs };
    delayMs += 15_000 + Math.floor(45_000 * rng());
    return late;
  });
  const other = { metric: 'node_cpu_busy', labels: { instance: 'web-2' }, delayMs: 30_000 };
  const span = { startMs: faultMs, endMs: faultMs + FAULT_MS };
  const estate = createEstate({
    seed,
    startMs: START_MS,
    orders: true,
    faults: fixedFaults([
      { kind: 'cascade', title: 'cascade', ...span, targets: delayed },
      { kind: 'jump', title: 'jump', ...span, targets: [other] },
    ]),
  });
  const named = new Set(
    [...delayed, other].map(({ metric, labels }) => metric + labelsKey(labels)),
  );
  const watched = estate.series.filter(({ metric, key }) => named.has(metric.name + key));
  const stories = watched.map((series) =>
    judge(series, {
      judgedMs,
      untilMs: span.endMs,
      valuesAt: (times) => estate.values(series, times),
    }),
  );
  const secondRunMs = (Math.floor(faultMs / INTERVAL_MS) + 2) * INTERVAL_MS;
  const known = {
    sinceMs: faultMs,
    hosts: new Set(targets.map(({ labels }) => labels['instance'])),
  };
  return {
    early: incidentOf(stories, { ...known, untilMs: secondRunMs, size: targets.length }),
    late: incidentOf(stories, { ...known, untilMs: span.endMs, size: targets.length }),
    first: targets[0]?.metric,
  };
}

interface Story {
  readonly series: EstateSeries;
  readonly profile: Profile | undefined;
  /** As they stood after each sample that changed one. */
  readonly told: readonly { readonly atMs: number; readonly episode: Episode }[];
}

interface Moment {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly hosts: ReadonlySet<string | undefined>;
  readonly size: number;
}

/** What is known of the cascade's incident when every sample up to `untilMs` is judged. */
function incidentOf(stories: readonly Story[], { sinceMs, untilMs, hosts, size }: Moment) {
  const recent = grouped(stories, untilMs).filter(({ members }) =>
    members.some(({ lastAtMs }) => lastAtMs >= sinceMs),
  );
  const isOurs = ({ labels }: IncidentMember): boolean => hosts.has(labels['instance']);
  const own = recent.filter(({ members }) => members.some(isOurs));
  const causes = rankCauses(own[0]?.members ?? []);
  const seen = new Set(causes.map(({ member }) => member.seriesId)).size;
  return {
    isOne: own.length === 1 && seen === size,
    first: causes[0]?.member.metricName,
    isApart: recent.length > own.length && own.every(({ members }) => members.every(isOurs)),
  };
}

/** Anomalies to incidents as the program does it after a detection run. */
function grouped(stories: readonly Story[], untilMs: number): IncidentGroup[] {
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
        ties: [],
      }),
    );
  });
  const profiles = new Map(
    stories.flatMap(({ profile }, i) => (profile ? [[i, profile] as const] : [])),
  );
  const learned = learnedTies(pairsToCompare(groupMembers(members, RULES), RULES), profiles);
  return groupMembers(members, { ...RULES, learned });
}

interface Heard {
  readonly judgedMs: number;
  readonly untilMs: number;
  readonly valuesAt: (times: Float64Array) => Float64Array;
}

function judge(series: EstateSeries, { judgedMs, untilMs, valuesAt }: Heard): Story {
  const times = grid(START_MS, judgedMs);
  const learned = { times, values: valuesAt(times) };
  const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs: STEP_MS }, learned, 1);
  const told: { atMs: number; episode: Episode }[] = [];
  const live = grid(judgedMs, untilMs);
  valuesAt(live).forEach((value, i) => {
    const atMs = live[i];
    model.observe(atMs, value);
    for (const episode of model.drainEpisodes()) told.push({ atMs, episode });
  });
  return { series, profile: profileOf(learned), told };
}

function grid(fromMs: number, untilMs: number): Float64Array {
  return Float64Array.from(
    { length: Math.floor((untilMs - fromMs) / STEP_MS) },
    (_, i) => fromMs + i * STEP_MS,
  );
}
