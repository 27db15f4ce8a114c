// False alarms on clean series of eight kinds, judged for some weeks after one week of learning. Run it with
// `npm run bench:clean -- [SEEDS] [WEEKS] [STEP IN SECONDS] [KIND]`.
import { CLEAN_SERIES } from '../src/core/backtest/clean-series.ts';
import { play } from '../src/core/backtest/scenario.ts';
import { print } from './rounds.ts';

const [, , seeds = '10', weeks = '3', step = '300', wanted = ''] = process.argv;
const stepMs = 1000 * Number(step);
let alarms = 0;
let seriesWeeks = 0;
print(`${seeds} seeds, ${weeks} weeks judged after one of learning, a sample every ${step} s`);
for (const [kind, clean] of Object.entries(CLEAN_SERIES)) {
  if (!kind.includes(wanted)) continue;
  const raised = Array.from({ length: Number(seeds) }, (_, i) =>
    play(
      {
        stepMs,
        learnDays: 7,
        days: 7 + 7 * Number(weeks),
        signal: (rng) => clean(rng, stepMs),
        fault: () => undefined,
      },
      i + 1,
    ),
  ).flat();
  alarms += raised.length;
  seriesWeeks += Number(seeds) * Number(weeks);
  const which = raised.map(({ kind: what, opened, episode }) => {
    return `${what} on day ${opened.toFixed(2)} r ${episode.peak.ratio.toFixed(2)}`;
  });
  print(`${kind.padEnd(15)} ${raised.length} ${which.slice(0, 4).join(', ')}`);
}
print(
  `${alarms} in ${seriesWeeks} series-weeks, ${((50 * alarms) / seriesWeeks).toFixed(2)} in 50`,
);
