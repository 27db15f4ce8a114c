// Judges one series in several ways: node examples/compare.mjs latency.csv
import { readFileSync } from 'node:fs';
import { backtest, headline, scoreOf } from 'saimon/core';

const LEARN_ROWS = 4032;
const WAYS = {
  'as shipped': {},
  'less than 200 ms never counts': { minDeviation: 0.2 },
  'six of six samples': { openAfter: { count: 6, of: 6 } },
  'a quarter of the trees': { trees: 25 },
};

const [, ...lines] = readFileSync(process.argv[2], 'utf8').trim().split('\n');
const rows = lines.map((line) => line.split(',').map(Number));
const frame = {
  times: Float64Array.from(rows, ([seconds]) => 1000 * seconds),
  names: ['latency'],
  columns: [Float64Array.from(rows, ([, value]) => value)],
};

for (const [name, policy] of Object.entries(WAYS)) {
  const { episodes } = backtest(frame, { learnRows: LEARN_ROWS, policy });
  console.log(`${name}: ${episodes.length} anomalies`);
  for (const episode of episodes) {
    const subject = { metric: 'latency', unit: 'seconds', labels: {}, zone: 'UTC' };
    console.log(`  ${scoreOf(episode.peak.ratio).toFixed(3)}  ${headline(episode, subject)}`);
  }
}
