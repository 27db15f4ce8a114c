// How small a trouble is found, and how soon? node examples/smallest.mjs latency.csv
import { readFileSync } from 'node:fs';
import { backtest } from 'saimon/core';

const DAY_ROWS = 288;
const LEARN_ROWS = 14 * DAY_ROWS;
const MINUTES = 5;
const HOUR_ROWS = 12;

const [, ...lines] = readFileSync(process.argv[2], 'utf8').trim().split('\n');
const rows = lines.slice(0, 21 * DAY_ROWS).map((line) => line.split(',').map(Number));
const times = Float64Array.from(rows, ([seconds]) => 1000 * seconds);
const values = Float64Array.from(rows, ([, value]) => value);

console.log('added ms  at 03:00        at 12:30');
for (const addedMs of [20, 25, 30, 60]) {
  const found = [3, 12.5].map((hour) => {
    const from = 17 * DAY_ROWS + hour * HOUR_ROWS;
    const troubled = values.map((value, row) =>
      row >= from && row < from + 2 * HOUR_ROWS ? value + addedMs / 1000 : value,
    );
    const frame = { times, names: ['latency'], columns: [troubled] };
    const { episodes } = backtest(frame, { learnRows: LEARN_ROWS });
    const opened = episodes
      .map(({ openedAtMs }) => (openedAtMs - times[from]) / 60_000 / MINUTES)
      .find((samples) => samples >= 0 && samples < 2 * HOUR_ROWS);
    return opened === undefined ? 'not found' : `${opened + 1} samples`;
  });
  console.log(
    `${String(addedMs).padEnd(10)}${found.map((text) => text.padEnd(16)).join('')}`.trim(),
  );
}
