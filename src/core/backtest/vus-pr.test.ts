import { describe, expect, it } from 'vitest';
import { runsOf, vusPr } from './vus-pr.ts';

const LABELS = Uint8Array.of(0, 0, 1, 0);

describe('vusPr()', () => {
  it('is 1 where the labelled row scores highest', () => {
    expect(vusPr(LABELS, Float64Array.of(0.1, 0.2, 0.9, 0.3), 2)).toBe(1);
  });

  it('is precision at the label without tolerance', () => {
    // At the threshold that reaches the label two rows are predicted, one of them rightly.
    expect(vusPr(LABELS, Float64Array.of(0.1, 0.2, 0.3, 0.9), 0)).toBe(0.5);
  });

  it('counts a row beside the label in part, as widely as the window', () => {
    // Widths 0 and 1 reach no neighbour: 0.5 each. Width 2: the neighbour is worth q = √(1 − 1/2). First threshold: recall
    // q / (1 + q/2) = 0.5224, precision q; second: recall 1, precision (1 + q) / 2. Area 0.3694 + 0.4077.
    const area = (0.5 + 0.5 + 0.777_06) / 3;
    expect(vusPr(LABELS, Float64Array.of(0.1, 0.2, 0.3, 0.9), 2)).toBeCloseTo(area, 5);
  });

  it('weighs recall with the share of runs that are found', () => {
    // Two runs of one row, scored first and fourth of four: areas 1/2 · 1/2 · 1 and the rest at precision 2/4.
    const labels = Uint8Array.of(1, 0, 0, 1);
    expect(vusPr(labels, Float64Array.of(0.9, 0.5, 0.4, 0.1), 0)).toBeCloseTo(
      0.25 + 0.75 * 0.5,
      12,
    );
  });

  it('takes missing scores as 0 and says nothing of labels that are all the same', () => {
    expect(vusPr(LABELS, Float64Array.of(Number.NaN, 0.2, 0.9, Number.NaN), 0)).toBe(1);
    expect(vusPr(new Uint8Array(4), new Float64Array(4), 3)).toBeNaN();
    expect(vusPr(new Uint8Array(4).fill(1), new Float64Array(4), 3)).toBeNaN();
  });
});

describe('runsOf()', () => {
  it('finds runs at both ends', () => {
    expect(runsOf(Uint8Array.of(1, 1, 0, 1))).toEqual([
      { first: 0, last: 1 },
      { first: 3, last: 3 },
    ]);
  });
});
