// Prints four weeks of a shop's response times as CSV: busy at noon, quiet at night and at weekends, with three troubles in the last week.
const STEP_S = 300;
const START_S = Date.UTC(2026, 9, 26) / 1000;
const WEEKS = 4;

let state = 7;
/** Uniform from 0 to 1, the same every time. */
function chance() {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

const hour = 3600;
const day = 24 * hour;
const at = (days, hours) => START_S + days * day + hours * hour;

/** What goes wrong: by how many seconds, from when to when. */
const TROUBLES = [
  { from: at(22, 3), to: at(22, 4.5), adds: () => 0.1 }, // as slow at night as it may be at noon
  { from: at(24, 13), to: at(24, 13.5), adds: () => 0.4 }, // an outage
  { from: at(25, 15), to: at(25, 19), adds: () => 0.12 * chance() }, // unrest
];

console.log('timestamp,latency');
for (let time = START_S; time < START_S + WEEKS * 7 * day; time += STEP_S) {
  const hours = (time % day) / hour;
  const weekend = [0, 6].includes(new Date(time * 1000).getUTCDay());
  const busy = Math.exp(-(((hours - 12.5) / 2.5) ** 2)) * (weekend ? 0.3 : 1);
  const noise = chance() + chance() + chance() - 1.5;
  const trouble = TROUBLES.filter(({ from, to }) => time >= from && time < to);
  const extra = trouble.reduce((sum, { adds }) => sum + adds(), 0);
  console.log(`${time},${(0.08 + 0.1 * busy + 0.012 * noise + extra).toFixed(4)}`);
}
