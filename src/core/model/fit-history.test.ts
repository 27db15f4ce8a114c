import { describe, expect, it } from 'vitest';
import { historyToFit, knownSpans, type PastEpisode, unusualSpans } from './fit-history.ts';

const RANGE = { startMs: 0, endMs: 100 };

function episode(over: Partial<PastEpisode> = {}): PastEpisode {
  const startedAtMs = over.startedAtMs ?? 10;
  const usual = { kind: 'deviation', endedAtMs: 20, ending: 'returned' } as const;
  return { ...usual, openedAtMs: startedAtMs, startedAtMs, ...over };
}

function span(startMs: number, endMs: number) {
  return { startMs, endMs };
}

describe('unusualSpans()', () => {
  it('are anomalies from the first abnormal sample to the close, and to the end of the range while open', () => {
    const open = episode({ startedAtMs: 70, endedAtMs: Number.NaN });
    expect(unusualSpans([episode(), open], [], RANGE)).toEqual([span(10, 20), span(70, 100)]);
    const stored = episode({ startedAtMs: 70, endedAtMs: null, ending: null });
    expect(unusualSpans([stored], [], RANGE)).toEqual([span(70, 100)]);
  });

  it('leave a new level and a drift in: that is how the series is now', () => {
    const usual = [episode({ ending: 'new_level' }), episode({ kind: 'drift' })];
    expect(unusualSpans(usual, [], RANGE)).toEqual([]);
    const unusual = [episode({ kind: 'flat_line' }), episode({ kind: 'combination' })];
    expect(unusualSpans(unusual, [], RANGE)).toEqual([span(10, 20)]);
  });

  it('leave out a new level that a person called an anomaly', () => {
    const settled = episode({ ending: 'new_level', confirmed: true });
    expect(unusualSpans([settled], [], RANGE)).toEqual([span(10, 20)]);
  });

  it('are told as they were known at the end of the range, whatever came to light since', () => {
    const settled = episode({ startedAtMs: 70, endedAtMs: 120, ending: 'new_level' });
    const opened = episode({ startedAtMs: 90, openedAtMs: 105, endedAtMs: 130 });
    expect(unusualSpans([settled, opened], [], RANGE)).toEqual([span(70, 100)]);
  });

  it('join what overlaps with planned work, within the range', () => {
    const before = episode({ startedAtMs: -50, endedAtMs: -10 });
    const across = episode({ startedAtMs: -50, endedAtMs: 5 });
    const spans = unusualSpans([before, across, episode()], [span(15, 30)], RANGE);
    expect(spans).toEqual([span(0, 5), span(10, 30)]);
  });
});

describe('knownSpans()', () => {
  it('are all anomalies, also what was a new level or a drift, and planned work', () => {
    const past = [
      episode({ ending: 'new_level' }),
      episode({ kind: 'drift', startedAtMs: 70, endedAtMs: null }),
    ];
    expect(knownSpans(past, [span(15, 30)], RANGE)).toEqual([span(10, 30), span(70, 100)]);
  });
});

describe('historyToFit()', () => {
  const times = Float64Array.from({ length: 8 }, (_, i) => 10 * i);
  const values = Float64Array.of(0, 1, Number.NaN, 3, 4, 5, 6, 7);

  it('is the history without the samples in the spans', () => {
    const kept = historyToFit({ times, values }, [span(10, 20), span(45, 60)]);
    expect(kept).toEqual({
      times: Float64Array.of(0, 20, 30, 40, 60, 70),
      values: Float64Array.of(0, Number.NaN, 3, 4, 6, 7),
    });
  });

  it('is the same object without spans, and nothing where less than a quarter is left', () => {
    const history = { times, values };
    expect(historyToFit(history, [])).toBe(history);
    expect(historyToFit(history, [span(20, 100)])?.times).toEqual(Float64Array.of(0, 10));
    expect(historyToFit(history, [span(10, 100)])).toBeUndefined();
  });
});
