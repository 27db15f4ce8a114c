import { BINS_A_DAY, MISSING, type Profile } from './profile.ts';

/** By how much the second series is later. */
export interface Shift {
  /** Bins. */
  readonly lag: number;
  /** Whether it lies between this lag and the next one. */
  readonly isBetween: boolean;
}

/** A weekend is two days. */
const DAYS_LEFT_OUT = 2;

/**
 * The correlation of two profiles at a shift without the two days that speak most for it: neither one outage makes it nor
 * what happens twice a week on both.
 */
export function withoutItsBestDays(
  { surprises: x }: Profile,
  { surprises: y }: Profile,
  { lag, isBetween }: Shift,
): number {
  const days = Array.from({ length: Math.ceil(x.length / BINS_A_DAY) }, () => new Sums());
  const end = Math.min(x.length, y.length - lag - 1);
  for (let i = Math.max(0, -lag); i < end; i++) {
    const [first, second, next] = [x[i], y[i + lag], isBetween ? y[i + lag + 1] : 0];
    if (first === MISSING || second === MISSING || next === MISSING) continue;
    days[Math.floor(i / BINS_A_DAY)].add(first, second, next);
  }
  const whole = sumOf(days);
  const sign = Math.sign(whole.correlation());
  return sumOf(
    days
      .map((day) => ({ day, share: sign * day.sharedWith(whole) }))
      .toSorted((a, b) => b.share - a.share)
      .slice(DAYS_LEFT_OUT)
      .map(({ day }) => day),
  ).correlation();
}

function sumOf(days: readonly Sums[]): Sums {
  const sum = new Sums();
  for (const day of days) sum.take(day);
  return sum;
}

/** Sums over whole numbers, which are exact: what does not move has a variance of exactly 0. */
class Sums {
  readonly #sums = new Float64Array(7);

  add(first: number, second: number, next: number): void {
    const sums = this.#sums;
    const both = second + next;
    sums[0]++;
    sums[1] += first;
    sums[2] += first * first;
    sums[3] += second;
    sums[4] += second * second;
    sums[5] += both;
    sums[6] += first * both;
  }

  take(other: Sums): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] += other.#sums[i];
  }

  /** What this part of the whole adds to its covariance. */
  sharedWith(whole: Sums): number {
    const [count, first, , , , both, products] = this.#sums;
    const [all, firstOfAll, , , , bothOfAll] = whole.#sums;
    const [meanFirst, meanBoth] = [firstOfAll / all, bothOfAll / all];
    return products - meanFirst * both - meanBoth * first + count * meanFirst * meanBoth;
  }

  /** 0 where nothing moves. */
  correlation(): number {
    const [count, first, firsts, second, seconds, both, products] = this.#sums;
    const variances = (count * firsts - first * first) * (count * seconds - second * second);
    return variances > 0 ? (count * products - first * both) / Math.sqrt(variances) : 0;
  }
}
