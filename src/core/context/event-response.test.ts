import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from '../model/policy.ts';
import { SeriesModel } from '../model/series-model.ts';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { DeclaredEvent } from './declared-event.ts';
import { EventResponse } from './event-response.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 8, 7);

function event(startMs: number, kind = 'deploy'): DeclaredEvent {
  return { startMs, endMs: startMs, kind, title: '' };
}

/** Follows `events` over `days` days of minutes, with `height` on top for ten minutes after each. */
function follow(
  response: EventResponse,
  events: readonly DeclaredEvent[],
  { fromMs, untilMs, height = 10 }: { fromMs: number; untilMs: number; height?: number },
): string[] {
  const said: string[] = [];
  for (let timeMs = fromMs; timeMs < untilMs; timeMs += MINUTE) {
    const after = events.some(({ startMs }) => timeMs >= startMs && timeMs < startMs + 10 * MINUTE);
    const value = 50 + (after ? height : 0);
    response.advance(timeMs, () => 50);
    const kind = response.explains(value, false);
    if (after && kind !== undefined) said.push(kind);
    response.learn(value, after && kind === undefined);
  }
  return said;
}

function twoHourly(count: number): DeclaredEvent[] {
  return Array.from({ length: count }, (_, i) => event(START + i * 120 * MINUTE));
}

const span = (count: number) => ({ fromMs: START, untilMs: START + count * 120 * MINUTE });

describe('EventResponse', () => {
  it('explains nothing before five responses and the usual one after', () => {
    const response = new EventResponse(MINUTE);
    const events = twoHourly(6);
    response.declare(events);
    expect(follow(response, events, span(5))).toEqual([]);
    const sixth = { fromMs: span(5).untilMs, untilMs: span(6).untilMs };
    expect(follow(response, events, sixth)).toEqual(Array.from({ length: 10 }, () => 'deploy'));
  });

  it('excuses, as long as detectors still see the response, what lies inside the band', () => {
    const step = 5 * MINUTE;
    const response = new EventResponse(step);
    const events = Array.from({ length: 6 }, (_, i) => event(START + i * DAY_MS));
    response.declare(events);
    const lastMs = START + 5 * DAY_MS;
    const excused: number[] = [];
    for (let timeMs = START; timeMs < lastMs + DAY_MS; timeMs += step) {
      response.advance(timeMs, () => 50);
      const usual = (timeMs - START) % DAY_MS < 2 * step ? 60 : 50;
      if (timeMs > lastMs + 3_600_000 && response.explains(50, true)) excused.push(timeMs);
      expect(timeMs > lastMs + 3_600_000 && response.explains(60, false)).not.toBe('deploy');
      response.learn(usual, false);
    }
    // An hour of response, then thirty samples.
    expect(excused.at(-1)).toBe(lastMs + 3_600_000 + 29 * step);
  });

  it('explains no response of twice the size, nor the usual one after an event of another kind', () => {
    for (const odd of [
      { kind: 'deploy', height: 20 },
      { kind: 'restart', height: 10 },
    ]) {
      const response = new EventResponse(MINUTE);
      const events = [...twoHourly(5), event(span(5).untilMs, odd.kind)];
      response.declare(events);
      follow(response, events, span(5));
      const sixth = { fromMs: span(5).untilMs, untilMs: span(6).untilMs, height: odd.height };
      expect(follow(response, events, sixth)).toEqual([]);
    }
  });

  it('takes what was odd three times in a row for the new usual, not what was odd once', () => {
    const response = new EventResponse(MINUTE);
    const events = twoHourly(12);
    response.declare(events);
    const heights = [10, 10, 10, 10, 10, 20, 10, 20, 20, 20, 20, 10];
    const explained = heights.map((height, i) => {
      const fromMs = START + i * 120 * MINUTE;
      return follow(response, events, { fromMs, untilMs: fromMs + 120 * MINUTE, height }).length;
    });
    expect(explained).toEqual([0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 10, 10]);
  });

  it('explains nothing without an event, and nothing an hour after one', () => {
    const response = new EventResponse(MINUTE);
    const events = twoHourly(6);
    response.declare(events);
    follow(response, events, { fromMs: START, untilMs: START + 661 * MINUTE });
    expect(response.explains(50, false)).toBeUndefined();
    response.advance(START + 600 * MINUTE + 61 * MINUTE, () => 50);
    expect(response.explains(50, false)).toBeUndefined();
  });

  it('goes on from its saved state as if it had not been interrupted, in the middle of a response too', () => {
    for (const minutes of [0, 300, 605, 725]) {
      const untilMs = START + minutes * MINUTE;
      const events = twoHourly(9);
      const original = new EventResponse(MINUTE);
      original.declare(events);
      follow(original, events, { fromMs: START, untilMs });
      const out = new StateWriter('TEST', 1);
      original.save(out);
      const restored = new EventResponse(MINUTE);
      const state = new StateReader(out.finish(), 'TEST', 1);
      restored.load(state);
      state.end();
      restored.declare(twoHourly(9));
      const rest = { fromMs: untilMs, untilMs: span(9).untilMs };
      expect(follow(restored, events, rest)).toEqual(follow(original, events, rest));
    }
  });

  it('follows an event that is told late, and each event once however often it is told', () => {
    const response = new EventResponse(MINUTE);
    const events = twoHourly(6);
    for (const [i, { startMs }] of events.entries()) {
      follow(response, events, { fromMs: startMs, untilMs: startMs + 3 * MINUTE });
      response.declare(events.slice(0, i + 1));
      follow(response, events, { fromMs: startMs + 3 * MINUTE, untilMs: startMs + 4 * MINUTE });
      response.declare(events.slice(0, i + 1));
      const rest = { fromMs: startMs + 4 * MINUTE, untilMs: startMs + 120 * MINUTE };
      expect(follow(response, events, rest)).toHaveLength(i === 5 ? 6 : 0);
    }
  });

  it('takes 8 bytes of a checkpoint more than its clock when no event was ever told', () => {
    const response = new EventResponse(MINUTE);
    follow(response, [], span(1));
    const empty = new StateWriter('TEST', 1).finish().length;
    const out = new StateWriter('TEST', 1);
    response.save(out);
    expect(out.finish().length - empty).toBe(16);
  });

  it('keeps at most 30 responses of 8 kinds', () => {
    const response = new EventResponse(MINUTE);
    const events = Array.from({ length: 400 }, (_, i) =>
      event(START + i * 90 * MINUTE, `kind ${i % 10}`),
    );
    response.declare(events);
    follow(response, events, { fromMs: START, untilMs: START + 400 * 90 * MINUTE });
    const out = new StateWriter('TEST', 1);
    response.save(out);
    expect(out.finish().length).toBeLessThan(8 * 3200);
  });
});

describe('SeriesModel with declared events', () => {
  const policy: SeriesPolicy = { ...DEFAULT_POLICY, stepMs: MINUTE, trees: 20 };
  const DAYS = 24;
  /** A deployment every two days, at another time of day each. */
  const deploys = Array.from({ length: 12 }, (_, i) =>
    event(START + i * 2 * DAY_MS + (9 * 60 + 37 * i) * MINUTE),
  );

  /** CPU with a daily pattern, which a deployment drives up for a quarter of an hour; the heights of all but the last are alike. */
  function cpu(seed: number, lastHeight: number) {
    const rng = seededRng(seed);
    const heights = deploys.map(
      (_, i) => (i === deploys.length - 1 ? lastHeight : 25) + 2 * gaussian(rng),
    );
    const late = deploys.map(() => Math.floor(2 * rng()) * MINUTE);
    return (timeMs: number): number => {
      const burst = deploys.findIndex(
        ({ startMs }, i) =>
          timeMs >= startMs + (late[i] ?? 0) && timeMs < startMs + (late[i] ?? 0) + 15 * MINUTE,
      );
      const daily = 30 + 8 * Math.sin((2 * Math.PI * timeMs) / DAY_MS);
      return daily + 1.5 * gaussian(rng) + (burst < 0 ? 0 : (heights[burst] ?? 0));
    };
  }

  function run(value: (timeMs: number) => number, events: readonly DeclaredEvent[]) {
    const model = new SeriesModel(policy);
    model.declareEvents(events);
    const length = (2 * DAY_MS) / MINUTE;
    const times = Float64Array.from({ length }, (_, i) => START + i * MINUTE);
    const history = { times, values: times.map(value) };
    model.fit(history, 1);
    model.learn(history);
    let explained = 0;
    for (let timeMs = START + 2 * DAY_MS; timeMs < START + DAYS * DAY_MS; timeMs += MINUTE) {
      model.observe(timeMs, value(timeMs));
      if (model.normalAfter === 'deploy') explained++;
    }
    const opened = model.drainEpisodes().map(({ openedAtMs }) => openedAtMs);
    return {
      explained,
      after: deploys.map(({ startMs }) =>
        opened.some((ms) => ms >= startMs && ms < startMs + 3_600_000),
      ),
      elsewhere: opened.filter(
        (ms) => !deploys.some(({ startMs }) => ms >= startMs && ms < startMs + 3_600_000),
      ),
    };
  }

  it.each([1, 2, 3])('is quiet after a declared deploy once it knows five (seed %i)', (seed) => {
    const { after, elsewhere, explained } = run(cpu(seed, 25), deploys);
    expect(after.slice(1, 5)).toEqual([true, true, true, true]);
    expect(after.slice(5)).toEqual(Array.from({ length: 7 }, () => false));
    expect(elsewhere).toEqual([]);
    expect(explained).toBeGreaterThan(7 * 10);
  });

  it.each([4, 5])('flags the same burst without a deploy (seed %i)', (seed) => {
    const { after } = run(cpu(seed, 25), deploys.slice(0, -1));
    expect(after.slice(5)).toEqual([false, false, false, false, false, false, true]);
  });

  it.each([6, 7])('flags a burst of twice the size after a declared deploy (seed %i)', (seed) => {
    const { after } = run(cpu(seed, 50), deploys);
    expect(after.slice(5)).toEqual([false, false, false, false, false, false, true]);
  });
});
