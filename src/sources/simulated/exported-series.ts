import type { Labels } from '../../core/labels.ts';
import type { Estate, EstateSeries } from './estate.ts';
import { FAMILIES, type Family, type FamilyPart } from './families.ts';

/** Growth of a counter is constant within one cell, so that its value does not depend on who asks when. */
const CELL_MS = 15_000;
const CELLS_AT_ONCE = 4096;

/** One line of the estate's metrics page at any time. */
export interface ExportedSeries {
  readonly family: Family;
  readonly labels: Labels;
  /** Values at rising times, NaN where a dropout hides the series. */
  readonly values: (times: Float64Array) => Float64Array;
}

/** All lines of the page, family by family. Counters were zero when the estate began. */
export function exportedSeries(estate: Estate): ExportedSeries[] {
  return FAMILIES.flatMap((family) => {
    const [first, second = first] = family.signals.map((name) =>
      estate.series.filter(({ metric }) => metric.name === name),
    );
    if (first === undefined || second === undefined) return [];
    return family.parts.flatMap((part) =>
      first.map((one, row) => {
        const pair = { one, other: second[row] ?? one };
        const rate = (times: Float64Array) => mixed(estate, { ...pair, part, times });
        const values = family.type === 'gauge' ? rate : integrated(rate, estate.beginMs);
        return { family, labels: { ...one.labels, ...part.labels }, values };
      }),
    );
  });
}

interface Mixture {
  readonly one: EstateSeries;
  readonly other: EstateSeries;
  readonly part: FamilyPart;
  readonly times: Float64Array;
}

function mixed(estate: Estate, { one, other, part, times }: Mixture): Float64Array {
  const first = estate.values(one, times);
  const second = one === other ? first : estate.values(other, times);
  return first.map((value, row) => part.of(value, second[row] ?? value));
}

/** The integral since `epochMs`, in units per second of `rate`; grows through dropouts, which only hide it. */
function integrated(rate: (times: Float64Array) => Float64Array, epochMs: number) {
  let sum = 0;
  let cell = 0;
  let rates: Float64Array = new Float64Array(0);
  let ratesFrom = 0;
  let latest = 0;

  const rateOf = (index: number): number => {
    if (index < ratesFrom || index >= ratesFrom + rates.length) {
      const times = Float64Array.from(
        { length: CELLS_AT_ONCE },
        (_, i) => epochMs + (index + i) * CELL_MS,
      );
      rates = rate(times);
      ratesFrom = index;
    }
    return rates[index - ratesFrom] ?? Number.NaN;
  };
  return (times: Float64Array): Float64Array =>
    times.map((timeMs) => {
      const wanted = Math.max(0, Math.floor((timeMs - epochMs) / CELL_MS));
      if (wanted < cell) [sum, cell, latest] = [0, 0, 0];
      for (; cell < wanted; cell += 1) {
        const grown = rateOf(cell);
        if (!Number.isNaN(grown)) latest = grown;
        sum += (latest * CELL_MS) / 1000;
      }
      const now = rateOf(cell);
      return sum + (now * Math.max(0, timeMs - epochMs - cell * CELL_MS)) / 1000;
    });
}
