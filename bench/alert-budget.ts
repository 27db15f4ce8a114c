// What an alert budget does over the labelled series of a folder, those of one column together: their judged parts are laid
// side by side, as if all had begun on one day. Run it with `npm run bench:budget -- FOLDER [MOST A WEEK]…`.
import { replay } from '../src/core/backtest/backtest.ts';
import { type BacktestDay, keepBudget } from '../src/core/backtest/keep-budget.ts';
import { hasBoundary } from '../src/core/calibration/alert-budget.ts';
import { DAY_MS } from '../src/core/civil-time.ts';
import { type LabelledFile, readLabelledFolder } from '../src/sources/csv/labelled-folder.ts';
import { print } from './rounds.ts';

const FEWEST_SERIES = 5;
const [, , folder = '', ...budgets] = process.argv;
const files = (await readLabelledFolder(folder))
  .filter(({ frame }) => frame.columns.length === 1)
  .map(sideBySide);

interface Run {
  readonly file: LabelledFile;
  readonly days: ReturnType<typeof replay>;
  today: BacktestDay;
  raised: readonly BacktestDay['episodes'][number][];
}

/** Moves a file by whole days, so that it is judged from the first day of 2026 on. */
function sideBySide({ frame, ...file }: LabelledFile): LabelledFile {
  const days = Math.floor((Date.UTC(2026, 0, 1) - frame.times[file.truth.learnRows]) / DAY_MS);
  const times = frame.times.map((timeMs) => timeMs + days * DAY_MS);
  return { ...file, frame: { ...frame, times } };
}

function begin(file: LabelledFile): Run {
  const { learnRows, stepMs } = file.truth;
  const days = replay(file.frame, { learnRows, policy: { stepMs } });
  const first = days.next();
  if (first.done) throw new RangeError(`Cannot replay ${file.name}: nothing is judged`);
  return { file, days, today: first.value, raised: [] };
}

/** Judges one day; false when it was the last. */
function judgeDay(run: Run): boolean {
  const next = run.days.next();
  run.raised = next.value.episodes;
  if (!next.done) run.today = next.value;
  return !next.done;
}

function isTrue({ frame, truth }: LabelledFile, { startedAtMs, lastAtMs }: Run['raised'][number]) {
  return truth.labels.some(
    (label, row) => label === 1 && frame.times[row] >= startedAtMs && frame.times[row] <= lastAtMs,
  );
}

print(
  'budget a week | allowed | expected | raised | true among them | of kinds without a boundary | strictness at the end of each week',
);
for (const max of budgets.length > 0 ? budgets.map(Number) : [2, 5, 10, 20, 40, Infinity]) {
  let active = files.map(begin);
  let allowed = 0;
  let expected = 0;
  let raised = 0;
  let hits = 0;
  let others = 0;
  const weeks: string[] = [];
  for (let day = 0; active.length >= FEWEST_SERIES; day++) {
    const days = active.map(({ today }) => today);
    const budget = { max, everyMs: 7 * DAY_MS };
    const decision = keepBudget(days, { budget, inForce: days[0].models[0].strictness });
    // Without a budget the learned boundaries stand.
    if (max === Infinity)
      for (const { models } of days) for (const model of models) model.strictness = 1;
    const before = active.map((run) => run.raised.length);
    const goOn = active.map(judgeDay);
    active.forEach((run, i) => {
      const news = run.raised.slice(before[i]);
      raised += news.length;
      others += news.filter(({ kind }) => !hasBoundary(kind)).length;
      hits += news.filter((episode) => isTrue(run.file, episode)).length;
    });
    allowed += max / 7;
    expected += decision.expected / 7;
    if (day % 7 === 6) weeks.push(`${days[0].models[0].strictness.toFixed(2)} (${active.length})`);
    active = active.filter((_, i) => goOn[i]);
  }
  print(
    [max, allowed.toFixed(1), expected.toFixed(1), raised, hits, others, weeks.join(' ')].join(
      ' | ',
    ),
  );
}
