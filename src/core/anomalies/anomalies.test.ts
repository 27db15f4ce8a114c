import { describe, expect, it } from 'vitest';
import type { Judgement } from '../model/judgement.ts';
import type { Episode } from './episode.ts';
import { EpisodeMachine, type EpisodeRules } from './episode-machine.ts';
import { explain } from './explanation.ts';
import { formatRange, formatValue } from './format-value.ts';
import { ratioOf, scoreOf, severityOf } from './severity.ts';

const MINUTE = 60_000;
const AUTO: EpisodeRules = { stepMs: MINUTE, openAfter: 'auto', closeAfter: 'auto' };

function judgement(minute: number, ratio: number): Judgement {
  return {
    timeMs: minute * MINUTE,
    value: 10 * ratio,
    expected: 1,
    lower: 0,
    upper: 2,
    ratio,
    flagged: false,
  };
}

function play(machine: EpisodeMachine, ratios: readonly number[], from = 0): Episode[] {
  return ratios.flatMap((ratio, i) => {
    const changed = machine.observe(judgement(from + i, ratio), {
      votes: () => ({ zscore: ratio }),
      confidence: 0.8,
    });
    return changed ? [changed] : [];
  });
}

/** The last form of an episode whose ratio is calm after an hour, whose level is back after some minutes. */
function endOf(backAfterMinutes: number): Episode | undefined {
  const machine = new EpisodeMachine(AUTO);
  let last: Episode | undefined;
  for (let minute = 0; minute < 1600; minute++) {
    const evidence = { votes: () => ({}), confidence: 1, isAway: minute < backAfterMinutes };
    last = machine.observe(judgement(minute, minute < 60 ? 2 : 0), evidence) ?? last;
  }
  return last;
}

describe('severity', () => {
  it('follows the four levels of the score', () => {
    expect([1, 1.58, 2.49, 3.83].map((ratio) => severityOf(scoreOf(ratio)))).toEqual([
      'low',
      'medium',
      'high',
      'critical',
    ]);
    expect(ratioOf(scoreOf(2.2))).toBeCloseTo(2.2, 9);
    expect(scoreOf(0)).toBe(0);
  });
});

/** When the outage began that was over with a trouble of so many samples. */
function outageAfter(samples: number): number | undefined {
  const machine = new EpisodeMachine(AUTO);
  play(machine, [...Array.from({ length: samples }, () => 2), 0, 0, 0]);
  return machine.outageOverAt((samples + 2) * MINUTE);
}

describe('EpisodeMachine', () => {
  it('calls an outage what was abnormal for more than three samples', () => {
    expect([1, 3, 4, 60].map(outageAfter)).toEqual([undefined, undefined, 0, 0]);
  });
  it('opens at the first sample whose ratio reaches 1 and closes after three calm ones', () => {
    const machine = new EpisodeMachine(AUTO);
    const changes = play(machine, [0.2, 0.8, 1.4, 3, 0.9, 0.1, 0.1, 0.1, 0.1]);
    const last = changes.at(-1);
    expect(changes[0]).toMatchObject({ openedAtMs: 2 * MINUTE, startedAtMs: MINUTE, open: true });
    expect(last).toMatchObject({
      open: false,
      endedAtMs: 6 * MINUTE,
      samples: 2,
      direction: 'above',
    });
    expect(last?.peak).toMatchObject({ ratio: 3, value: 30, timeMs: 3 * MINUTE });
    expect(last?.detectors).toEqual([{ detector: 'zscore', ratio: 3 }]);
  });
  it('shows a value outside its band even when one inside had a higher ratio', () => {
    const machine = new EpisodeMachine(AUTO);
    const evidence = { votes: () => ({}), confidence: 1 };
    machine.observe(judgement(0, 2), evidence);
    const last = machine.observe({ ...judgement(1, 5), value: 1 }, evidence);
    expect(last?.peak).toMatchObject({ ratio: 2, value: 20 });
    expect(last?.direction).toBe('above');
  });
  it('goes on with the same episode when it would open again within a quarter of an hour', () => {
    const machine = new EpisodeMachine(AUTO);
    play(machine, [2, 0, 0, 0, 0]);
    const [again] = play(machine, [2], 10);
    expect(again).toMatchObject({ openedAtMs: 0, open: true, samples: 2 });
    play(machine, [0, 0, 0], 11);
    expect(play(machine, [2], 40)[0]).toMatchObject({ openedAtMs: 40 * MINUTE });
  });
  it('begins the next one after the end of the one before, however uneasy the series stays', () => {
    const machine = new EpisodeMachine(AUTO);
    const uneasy = Array.from({ length: 30 }, () => 0.8);
    const changes = play(machine, [...uneasy, 1.4, ...uneasy, 1.4]);
    const [first, second] = [changes.find(({ open }) => !open), changes.at(-1)];
    expect(first).toMatchObject({ startedAtMs: 0, endedAtMs: 33 * MINUTE });
    expect(second).toMatchObject({ startedAtMs: 34 * MINUTE, openedAtMs: 61 * MINUTE });
  });
  it('waits for 3 of 5 when asked to', () => {
    const machine = new EpisodeMachine({ ...AUTO, openAfter: { count: 3, of: 5 } });
    expect(play(machine, [1.2, 0, 1.2, 0, 0, 1.2, 0])).toEqual([]);
    expect(play(machine, [1.2, 1.2], 7)[0]).toMatchObject({ open: true });
  });
  it('stays open where models have got used to a level that has not come back, for a day', () => {
    expect(endOf(9999)).toMatchObject({ endedAtMs: 1440 * MINUTE, ending: 'new_level' });
    expect(endOf(300)).toMatchObject({ endedAtMs: 300 * MINUTE, ending: 'returned' });
    expect(endOf(0)).toMatchObject({ endedAtMs: 62 * MINUTE, ending: 'returned' });
  });
  it('ends what vanished as such', () => {
    const machine = new EpisodeMachine(AUTO);
    play(machine, [2]);
    machine.end(9 * MINUTE);
    expect(machine.drain()[0]).toMatchObject({ open: false, ending: 'vanished' });
  });
  it('goes on after a rest in JSON as if it had not stopped', () => {
    const [first, second] = [new EpisodeMachine(AUTO), new EpisodeMachine(AUTO)];
    play(first, [0.1, 1.5, 2]);
    second.resume(JSON.parse(JSON.stringify(first.state())));
    expect(play(second, [0, 0, 0], 3)).toEqual(play(first, [0, 0, 0], 3));
  });
});

describe('explain()', () => {
  const episode: Episode = {
    kind: 'deviation',
    openedAtMs: 0,
    startedAtMs: 0,
    lastAtMs: 5 * MINUTE,
    endedAtMs: Number.NaN,
    open: true,
    peak: { timeMs: 3 * MINUTE, value: 0.92, expected: 0.4, lower: 0.3, upper: 0.5, ratio: 4 },
    direction: 'above',
    samples: 6,
    confidence: 0.83,
    detectors: [{ detector: 'zscore', ratio: 4 }],
  };
  const subject = {
    metric: 'node_cpu_busy',
    unit: 'ratio',
    labels: { instance: 'web-1' },
    zone: 'Europe/Berlin',
  };

  it('begins with its headline and goes on with its worst sample, who agreed and how sure it is', () => {
    expect(explain(episode, subject)).toBe(
      'node_cpu_busy of web-1 went up to 92 %, expected 30 to 50 % at that time, for 5 minutes so far (since 01:00). ' +
        'Worst at 01:03, 2.3 times the expected 40 %. Raised by z-score (a jump); confidence 83 %.',
    );
  });
  it('tells a smaller deviation as a difference', () => {
    const smaller = { ...episode, peak: { ...episode.peak, value: 0.55 } };
    expect(explain(smaller, subject)).toContain('15 percentage points above the expected 40 %');
  });
  it('says nothing of a worst sample where there is none to compare', () => {
    const peak = { ...episode.peak, expected: Number.NaN };
    for (const change of [{ kind: 'drift' }, { direction: 'shape' }, { peak }] as const) {
      expect(explain({ ...episode, ...change }, subject)).not.toContain('Worst');
    }
  });
});

it.each([
  [0.9234, 'ratio', '92.3 %'],
  [1536, 'bytes', '1.5 KiB'],
  [3e9, 'bytes/s', '2.79 GiB/s'],
  [0.0042, 'seconds', '4.2 ms'],
  [300, 'seconds', '5 min'],
  [1234567, '', '1,234,567'],
  [0, 'count/s', '0/s'],
  [Number.NaN, 'bytes', 'unknown'],
])('formatValue(%d, %s) is %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text);
});

it.each([
  [[0.38, 0.52], 'ratio', '38 to 52 %'],
  [[900, 2048], 'bytes', '900 B to 2 KiB'],
  [[12, 15], 'count/s', '12/s to 15/s'],
  [[-3, 5], '', '-3 to 5'],
  [[7, 7], '', '7'],
  [[Number.NEGATIVE_INFINITY, 2], 'seconds', 'at most 2 s'],
  [[3, Number.NaN], 'seconds', 'at least 3 s'],
  [[Number.NaN, Number.NaN], '', undefined],
] as const)('formatRange(%j, %s) is %s', (range, unit, text) => {
  expect(formatRange(range, unit)).toBe(text);
});
