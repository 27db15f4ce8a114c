import { BINS_A_DAY, MISSING, type Profile } from './profile.ts';

/** By how much the second series is later. */
export interface Shift {
  /** Bins. */
  readonly lag: number;
  /** Whether it lies between this lag and the next one. */
  readonly isBetween: boolean;
}

/** The correlation of two profiles at a shift without the day that makes it strongest: no one outage makes it. */
export function withoutItsBestDay(
  { surprises: x }: Profile,
  { surprises: y }: Profile,
  { lag, isBetween }: Shift,
): number {
  const days = Array.from({ length: Math.ceil(x.length / BINS_A_DAY) }, () => new Sums());
  const whole = new Sums();
  const end = Math.min(x.length, y.length - lag - 1);
  for (let i = Math.max(0, -lag); i < end; i++) {
    const [first, second, next] = [x[i], y[i + lag], isBetween ? y[i + lag + 1] : 0];
    if (first === MISSING || second === MISSING || next === MISSING) continue;
    whole.add(first, second, next);
    days[Math.floor(i / BINS_A_DAY)].add(first, second, next);
  }
  const rests = days.map((day) => whole.correlationWithout(day));
  return whole.correlationWithout(new Sums()) < 0 ? Math.max(...rests) : Math.min(...rests);
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

  /** 0 where nothing moves. */
  correlationWithout(day: Sums): number {
    const [count, first, firsts, second, seconds, both, products] = this.#sums.map(
      (sum, at) => sum - day.#sums[at],
    );
    const variances = (count * firsts - first * first) * (count * seconds - second * second);
    return variances > 0 ? (count * products - first * both) / Math.sqrt(variances) : 0;
  }
}
