// How many seeds of every generated scenario pass. Run it with `npm run bench:scenarios -- [SEEDS] [PART OF A NAME]`.
import { faultOf, type Scenario } from '../src/core/backtest/scenario.ts';
import { SCENARIOS } from '../src/core/backtest/scenario-series.ts';
import { print } from './rounds.ts';

const [, , seeds = '10', wanted = ''] = process.argv;
for (const [name, scenario] of Object.entries<Scenario>(SCENARIOS)) {
  if (!name.includes(wanted)) continue;
  const faults: string[] = [];
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const fault = faultOf(scenario, seed);
    if (fault !== undefined) faults.push(`  seed ${seed}: ${fault}`);
  }
  print(`${String(Number(seeds) - faults.length).padStart(4)} of ${seeds}  ${name}`);
  for (const fault of faults.slice(0, 5)) print(fault);
}
