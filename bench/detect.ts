// P2: detection over a window of 60 points, on scikit-learn and here, in one run. Run it with `npm run bench:detect`.
import { detectPlain, firstOf, generateWeek, trainPlain } from './plain-path.ts';
import { compare, print, timeMs } from './rounds.ts';
import { openSklearn } from './sklearn-side.ts';

const POINTS = 60;
const week = generateWeek();
const model = trainPlain(week);
const window = firstOf(week, POINTS);
const sklearn = await openSklearn(week.values);
await sklearn.run('train', week.values.length);
const { theirsMs, oursMs, ratio } = await compare(25, {
  theirs: () => sklearn.run('detect', POINTS),
  ours: () => timeMs(51, () => detectPlain(model, window)),
});
sklearn.close();
print(`Same work on both sides, scikit-learn ${sklearn.version}, Node ${process.version}`);
print(
  `detect ${POINTS} points: ${theirsMs.toFixed(2)} ms there, ${oursMs.toFixed(4)} ms here, ${ratio.toFixed(0)}x`,
);
