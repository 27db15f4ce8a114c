// When a new series begins to work, and how quiet it is then: jumps of so many sigma right after the samples that were learned,
// and false alarms in the day after them, on clean series of eight kinds. Run it with
// `npm run bench:first-day -- [SEEDS] [SAMPLES LEARNED] [STEP IN SECONDS]`.
import { CLEAN_SERIES } from '../src/core/backtest/clean-series.ts';
import { play, START_MS } from '../src/core/backtest/scenario.ts';
import { DAY_MS } from '../src/core/civil-time.ts';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { trainSeriesModel } from '../src/core/model/series-model.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { print } from './rounds.ts';

const SIZES = [60, 20, 8];
const PATIENCE_SAMPLES = 10;
const [, , seeds = '10', learned = '1000', wanted = ''] = process.argv;

/** How many of the jumps of so many sigma are flagged within ten samples, and after how many samples at most. */
function jumps(stepMs: number, sigmas: number): string {
  const delays: number[] = [];
  for (let seed = 1; seed <= 10; seed++) {
    const rng = seededRng(seed);
    const times = Float64Array.from({ length: Number(learned) }, (_, i) => START_MS + i * stepMs);
    const values = times.map(() => 50 + 5 * gaussian(rng));
    const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs }, { times, values }, 1);
    const endMs = START_MS + Number(learned) * stepMs;
    for (let i = 0; i < 5 + PATIENCE_SAMPLES; i++) {
      const value = 50 + 5 * gaussian(rng) + (i < 5 ? 0 : 5 * sigmas);
      model.observe(endMs + i * stepMs, value);
      if (!model.last.flagged || i < 5) continue;
      delays.push(i - 4);
      break;
    }
  }
  return delays.length === 0 ? 'none' : `${delays.length} by the ${Math.max(...delays)}.`;
}

function falseAlarms(stepMs: number, days: number): string {
  let alarms = 0;
  const kinds: string[] = [];
  for (const [kind, clean] of Object.entries(CLEAN_SERIES)) {
    const learnDays = (Number(learned) * stepMs) / DAY_MS;
    const raised = Array.from({ length: Number(seeds) }, (_, i) =>
      play(
        {
          stepMs,
          learnDays,
          days: learnDays + days,
          signal: (rng) => clean(rng, stepMs),
          fault: () => undefined,
        },
        i + 1,
      ),
    ).flat();
    alarms += raised.length;
    if (raised.length > 0) kinds.push(`${kind} ${raised.length}`);
  }
  const all = Number(seeds) * Object.keys(CLEAN_SERIES).length;
  return `${alarms} in ${all} (${kinds.join(', ')})`;
}

print(`${'step'.padEnd(8)}${SIZES.map((size) => `${size} sigma`.padEnd(14)).join('')}false alarms`);
for (const step of [1, 5, 15, 60, 300]) {
  if (wanted !== '' && step !== Number(wanted)) continue;
  const cells = SIZES.map((sigmas) => jumps(1000 * step, sigmas).padEnd(14)).join('');
  const quiet = Number(seeds) > 0 ? falseAlarms(1000 * step, 1) : '';
  print(`${`${step} s`.padEnd(8)}${cells}${quiet}`);
}
