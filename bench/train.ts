// P1: training as the original does it, on scikit-learn and here, in one run. Run it with `npm run bench:train`.
import {
  FEATURES,
  featureRows,
  robustScaling,
} from '../src/core/detectors/isolation-forest/features.ts';
import { fitForest } from '../src/core/detectors/isolation-forest/fit-forest.ts';
import { snapshotForest } from '../src/core/detectors/isolation-forest/forest-snapshot.ts';
import {
  scoreForest,
  scoreForestRows,
} from '../src/core/detectors/isolation-forest/score-forest.ts';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { trainSeriesModel } from '../src/core/model/series-model.ts';
import { seededRng } from '../src/core/random.ts';
import { firstOf, generateWeek, trainPlain } from './plain-path.ts';
import { compare, print, timeMs } from './rounds.ts';
import { openSklearn } from './sklearn-side.ts';

const week = generateWeek();
const sklearn = await openSklearn(week.values);
print(`Same work on both sides, scikit-learn ${sklearn.version}, Node ${process.version}`);
for (const [count, rounds, calls] of [
  [1000, 15, 9],
  [week.values.length, 9, 3],
] as const) {
  const part = firstOf(week, count);
  const { theirsMs, oursMs, ratio } = await compare(rounds, {
    theirs: () => sklearn.run('train', count),
    ours: () => timeMs(calls, () => trainPlain(part)),
  });
  print(
    `train ${count} points: ${theirsMs.toFixed(1)} ms there, ${oursMs.toFixed(2)} ms here, ${ratio.toFixed(1)}x`,
  );
}
sklearn.close();

const { values, localMsOfDay } = week;
const count = values.length;
const scaling = robustScaling(values);
const rows = featureRows(values, localMsOfDay, scaling);
const thousand = rows.subarray(0, 1000 * FEATURES);
const forest = fitForest(rows, FEATURES, { rng: seededRng(42) });
const scores = new Float32Array(count);
const perPointTree = 1e6 / (count * 100);
print('\nParts of it');
const parts: readonly (readonly [string, number, string])[] = [
  ['scaling, a week', timeMs(9, () => robustScaling(values)), 'ms'],
  [
    'features',
    (timeMs(9, () => featureRows(values, localMsOfDay, scaling)) * 1e6) / count,
    'ns a sample',
  ],
  [
    'forest fit, 1,000 points',
    timeMs(31, () => fitForest(thousand, FEATURES, { rng: seededRng(1) })),
    'ms',
  ],
  ['forest fit, a week', timeMs(9, () => fitForest(rows, FEATURES, { rng: seededRng(1) })), 'ms'],
  [
    'scoring, a week',
    timeMs(9, () => scoreForestRows(forest, rows, scores)) * perPointTree,
    'ns per point and tree',
  ],
  ['scoring, sample by sample', timeMs(9, () => scoreEach(2000)) / 2, 'us a sample'],
  ['snapshot', snapshotForest(forest).length, 'bytes'],
];
for (const [name, figure, unit] of parts)
  print(`${name}: ${figure.toFixed(figure < 1000 ? 2 : 0)} ${unit}`);

const times = Float64Array.from(values, (_, at) => 1_700_006_400_000 + at * 15_000);
const fullMs = timeMs(3, () => trainSeriesModel(DEFAULT_POLICY, { times, values }, 1));
print(
  `\nSAIMon's full training of a week, every detector and its calibration: ${fullMs.toFixed(0)} ms`,
);

function scoreEach(samples: number): void {
  for (let at = 0; at < samples; at++) {
    scoreForest(forest, rows.subarray(at * FEATURES, (at + 1) * FEATURES));
  }
}
