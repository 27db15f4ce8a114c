// What every detector and every other part of a model costs: time a sample, memory a series, bytes of what is stored. Run it
// with `npm run bench:detectors`. The series is four weeks long at a minute's step; memory is that of copies made from what
// was stored, as the engine makes models after a restart.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BlockBoundary, SINGLE } from '../src/core/calibration/block-boundary.ts';
import { Channels } from '../src/core/calibration/channels.ts';
import { FamiliarSize } from '../src/core/calibration/familiar-size.ts';
import { HourlyScale } from '../src/core/calibration/hourly-scale.ts';
import { Persistence } from '../src/core/calibration/persistence.ts';
import { CivilTime, DAY_MS } from '../src/core/civil-time.ts';
import { EventResponse } from '../src/core/context/event-response.ts';
import type { Detector, Observation } from '../src/core/detectors/detector.ts';
import { IsolationForestDetector } from '../src/core/detectors/isolation-forest-detector.ts';
import { SeasonalBaseline } from '../src/core/detectors/seasonal-baseline.ts';
import { Volatility } from '../src/core/detectors/volatility.ts';
import { ZScore } from '../src/core/detectors/zscore.ts';
import { JointModel } from '../src/core/entity/joint-model.ts';
import { ModelsRow } from '../src/core/entity/member-row.ts';
import { DriftCondition } from '../src/core/model/drift-condition.ts';
import { FlatLineCondition } from '../src/core/model/flat-line-condition.ts';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { SeriesModel } from '../src/core/model/series-model.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { StateReader, StateWriter } from '../src/core/state.ts';
import { RecentWindow } from '../src/core/stats/recent-window.ts';
import { print } from './rounds.ts';

const STEP_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 2);
const SAMPLES = (28 * DAY_MS) / STEP_MS;
const WEEK = (7 * DAY_MS) / STEP_MS;
const DAY = DAY_MS / STEP_MS;
/** So many copies are made that they hold about as much; the small ones would drown in noise otherwise. */
const HELD_BYTES = 40_000_000;
const MOST_COPIES = 20_000;
const MEMBERS = 10;
const ENTITIES = 200;
const POLICY = { ...DEFAULT_POLICY, stepMs: STEP_MS };
/** The usual size of a residual, and the smallest that matters. */
const NOISE = 2;
const FLOOR = 0.1;

const rng = seededRng(1);
const times = Float64Array.from({ length: SAMPLES }, (_, i) => START_MS + i * STEP_MS);
const expected = times.map((timeMs) => 50 + 20 * Math.sin((2 * Math.PI * timeMs) / DAY_MS));
const residuals = expected.map(() => NOISE * gaussian(rng));
const values = expected.map((value, i) => value + residuals[i]);
const lastWeek = { times: times.slice(-WEEK), values: values.slice(-WEEK) };
const civil = new CivilTime('UTC');
const outputs = new Float64Array(8);
const observation: Observation = { timeMs: 0, localMs: 0, value: 0, expected: 0 };
const judged = { ...new SeriesModel(POLICY).last };

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** One part of a model at work. */
interface Part {
  take(sample: number): void;
  /** Makes `count` more of it, with the same state. */
  copies(count: number): unknown[];
  readonly stored: number;
}

interface Stored {
  save(out: StateWriter): void;
  load(state: StateReader): void;
}

function partOf<T extends Stored>(make: () => T, take: (one: T, sample: number) => void): Part {
  const first = make();
  const state = (): Uint8Array => {
    const out = new StateWriter('PART', 1);
    first.save(out);
    return out.finish();
  };
  return {
    take: (sample) => take(first, sample),
    copies: (count) => {
      const bytes = state();
      return Array.from({ length: count }, () => {
        const copy = make();
        copy.load(new StateReader(bytes, 'PART', 1));
        return copy;
      });
    },
    get stored() {
      return state().length - HEADER;
    },
  };
}

/** Magic word and version. */
const HEADER = 5;

function detectorPart(make: () => Detector): Part {
  return partOf(make, (detector, i) => {
    observation.timeMs = times[i];
    observation.localMs = times[i];
    observation.value = values[i];
    observation.expected = expected[i];
    detector.scoreOne(observation, outputs, 0);
    detector.learnOne(observation);
  });
}

function forestPart(): Part {
  const options = { trees: POLICY.trees, sampleSize: POLICY.treeSampleSize };
  const fitted = new IsolationForestDetector(civil, options);
  fitted.fit(lastWeek, 1);
  const snapshot = fitted.snapshot() ?? new Uint8Array();
  const learned = detectorPart(() => {
    const copy = new IsolationForestDetector(civil, options);
    copy.restore(snapshot);
    return copy;
  });
  return {
    ...learned,
    get stored() {
      return learned.stored + snapshot.length;
    },
  };
}

function seriesPart(): Part {
  const first = new SeriesModel(POLICY);
  first.fit(lastWeek, 1);
  const fitted = first.fittedDetectors();
  return {
    take: (i) => first.observe(times[i], values[i]),
    copies: (count) => {
      const state = first.snapshot();
      return Array.from({ length: count }, () => {
        const copy = new SeriesModel(POLICY);
        copy.restore(state);
        for (const { kind, snapshot } of fitted) copy.adopt(kind, snapshot);
        return copy;
      });
    },
    get stored() {
      const parts = [first.snapshot(), ...fitted.map(({ snapshot }) => snapshot)];
      return parts.reduce((sum, bytes) => sum + bytes.length, 0);
    },
  };
}

const PARTS: readonly (readonly [name: string, make: () => Part])[] = [
  ['jumps (zscore): 5 views', () => detectorPart(() => new ZScore())],
  [
    'season (seasonal): 3 views',
    () =>
      detectorPart(() => new SeasonalBaseline(STEP_MS, { civil, residuals: new RecentWindow() })),
  ],
  [
    'unrest (volatility): 1 view',
    () => {
      const recent = new RecentWindow();
      for (let i = 0; i < DAY; i++) recent.push(values[i]);
      return detectorPart(() => new Volatility(recent, () => FLOOR));
    },
  ],
  ['isolation forest', forestPart],
  [
    'calibration of one view (there are 9)',
    () =>
      partOf(
        () => new Channels(STEP_MS),
        (channels, i) => {
          channels.evidence(0, residuals[i], FLOOR);
          channels.learn(0, residuals[i], FLOOR);
          if (i % DAY === 0) channels.refit();
        },
      ),
  ],
  [
    'scatter of the hour',
    () =>
      partOf(
        () => new HourlyScale(STEP_MS),
        (hours, i) => {
          hours.factor(times[i], FLOOR);
          hours.learn(times[i], residuals[i], FLOOR);
        },
      ),
  ],
  [
    'familiar size',
    () =>
      partOf(
        () => new FamiliarSize(STEP_MS),
        (familiar, i) => {
          familiar.covers(residuals[i]);
          familiar.learn(times[i], Math.abs(residuals[i]));
        },
      ),
  ],
  [
    'boundary (there are two)',
    () =>
      partOf(
        () => new BlockBoundary(STEP_MS, SINGLE),
        (boundary, i) => {
          boundary.learn(times[i], Math.abs(residuals[i]));
          if (i % DAY === 0) boundary.refit();
        },
      ),
  ],
  [
    'persistence',
    () =>
      partOf(
        () => new Persistence(STEP_MS),
        (persistence, i) => persistence.next(Math.abs(residuals[i]) / (4 * NOISE)),
      ),
  ],
  [
    'drift',
    () =>
      partOf(
        () => new DriftCondition(POLICY),
        (drift, i) => {
          judged.timeMs = times[i];
          judged.value = values[i];
          drift.observe(judged);
        },
      ),
  ],
  [
    'flat line',
    () =>
      partOf(
        () => new FlatLineCondition(POLICY),
        (flat, i) => {
          judged.timeMs = times[i];
          judged.value = values[i];
          flat.observe(judged);
        },
      ),
  ],
  [
    'response to declared events (none told)',
    () =>
      partOf(
        () => new EventResponse(STEP_MS),
        (events, i) => {
          events.advance(times[i], () => 0);
          events.explains(values[i], true);
          events.learn(values[i], false);
        },
      ),
  ],
  ['a whole series', seriesPart],
];

const NAME_WIDTH = 42;
print(row('', ['ns/sample', 'bytes held', 'bytes stored']));
for (const [name, make] of PARTS) {
  const part = make();
  const nanoseconds = timeOf((sample) => part.take(sample));
  const { stored } = part;
  const copies = Math.min(MOST_COPIES, Math.ceil(HELD_BYTES / stored));
  print(row(name, [nanoseconds, bytesOf((count) => part.copies(count), copies), stored]));
}
printEntity();

/** Nanoseconds a sample on the best of the days after the first week: others may want the processor too. */
function timeOf(take: (sample: number) => void): number {
  for (let i = 0; i < WEEK; i++) take(i);
  let best = Number.POSITIVE_INFINITY;
  for (let from = WEEK; from < SAMPLES; from += DAY) {
    const began = performance.now();
    for (let i = from; i < from + DAY; i++) take(i);
    best = Math.min(best, performance.now() - began);
  }
  return (1e6 * best) / DAY;
}

/** Bytes that one of many copies holds. */
function bytesOf(make: (count: number) => unknown[], count: number): number {
  // The first bring the process to its working size.
  const first = make(count);
  const before = memoryNow();
  const second = make(count);
  const after = memoryNow();
  return (2 * (after - before)) / (first.length + second.length);
}

function memoryNow(): number {
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What each member of an entity costs, and what its joint model does for each. */
function printEntity(): void {
  const models = Array.from({ length: MEMBERS }, () => new SeriesModel(POLICY));
  for (const model of models) model.fit(lastWeek, 1);
  const members = Array.from(models.keys());
  const options = { stepMs: STEP_MS, civil };
  const joint = new JointModel(members, options);
  const rowOfModels = new ModelsRow(models);
  const whole = timeOf((i) => {
    models.forEach((model, at) => model.observe(times[i], values[(i + 97 * at) % SAMPLES]));
    rowOfModels.gather(times[i]);
    joint.observe(times[i], rowOfModels);
  });
  print(row(`an entity of ${MEMBERS} series, each of them`, [whole / MEMBERS]));
  const live = new JointModel(members, options);
  const nanoseconds = timeOf((i) => live.observe(times[i], rowOfModels));
  const state = joint.snapshot();
  const held = bytesOf(
    (count) =>
      Array.from({ length: count }, () => {
        const copy = new JointModel(members, options);
        copy.restore(state, joint.state());
        return copy;
      }),
    ENTITIES,
  );
  const figures = [nanoseconds, held, state.length].map((figure) => figure / MEMBERS);
  print(row('its joint model, for each', figures));
}

function row(name: string, cells: readonly (string | number)[]): string {
  const texts = cells.map((cell) => (typeof cell === 'string' ? cell : cellOf(cell)).padStart(13));
  return `${name.padEnd(NAME_WIDTH)}${texts.join('')}`;
}

function cellOf(figure: number): string {
  return Number.isNaN(figure) ? '' : figure.toFixed(0);
}
