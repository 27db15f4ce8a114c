import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelsKey } from '../core/labels.ts';
import type { Source } from './source.ts';

export interface SourceFixture {
  readonly source: Source;
  /** The same samples behind `maxSeries: 1`; absent where a source has no such limit. */
  readonly limited?: Source;
  /** Has two series or more with a sample at each step of the range. */
  readonly expr: string;
  /** Valid, and has no series. */
  readonly emptyExpr: string;
  /** Cannot be understood. */
  readonly badExpr: string;
  /** An aligned range of at least three steps. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  stop(): Promise<void>;
}

/** What every source does the same way. */
export function describeSource(name: string, start: () => Promise<SourceFixture>): void {
  describe(`${name} as a source`, () => {
    let fixture: SourceFixture;
    beforeAll(async () => {
      fixture = await start();
    });
    afterAll(async () => {
      await fixture.limited?.close();
      await fixture.source.close();
      await fixture.stop();
    });
    const range = () => {
      const { expr, startMs, endMs, stepMs } = fixture;
      return { expr, startMs, endMs, stepMs };
    };

    it('answers with a sample at each aligned step, first and last included', async () => {
      const { startMs, endMs, stepMs } = fixture;
      const { series } = await fixture.source.queryRange(range());
      const steps = (endMs - startMs) / stepMs + 1;
      const times = Array.from({ length: steps }, (_, step) => startMs + step * stepMs);
      for (const { samples } of series) {
        expect([...samples.times]).toEqual(times);
        expect(samples.values).toHaveLength(steps);
      }
    });

    it('keeps label sets apart and leaves the name of the metric out', async () => {
      const { series } = await fixture.source.queryRange(range());
      expect(series.length).toBeGreaterThanOrEqual(2);
      expect(new Set(series.map(({ labels }) => labelsKey(labels))).size).toBe(series.length);
      for (const { labels } of series) expect(labels).not.toHaveProperty('__name__');
    });

    it('gives the same values whatever range they are asked in', async () => {
      const whole = await fixture.source.queryRange(range());
      const middleMs = fixture.startMs + fixture.stepMs;
      const later = await fixture.source.queryRange({ ...range(), startMs: middleMs });
      const valuesOf = ({ series }: typeof whole, from: number) =>
        new Map(
          series.map(({ labels, samples }) => [labelsKey(labels), [...samples.values].slice(from)]),
        );
      expect(valuesOf(later, 0)).toEqual(valuesOf(whole, 1));
    });

    it('answers with nothing where there is nothing', async () => {
      const request = { ...range(), expr: fixture.emptyExpr };
      expect(await fixture.source.queryRange(request)).toEqual({ series: [], warnings: [] });
      const before = { ...range(), startMs: 0, endMs: 10 * fixture.stepMs };
      expect((await fixture.source.queryRange(before)).series).toEqual([]);
    });

    it('refuses an expression that it does not understand', async () => {
      const question = fixture.source.queryRange({ ...range(), expr: fixture.badExpr });
      await expect(question).rejects.toMatchObject({ name: 'SourceError', code: 'rejected' });
    });

    it('stops when it is told to', async () => {
      const signal = AbortSignal.abort(new Error('stopping'));
      await expect(fixture.source.queryRange({ ...range(), signal })).rejects.toThrow('stopping');
    });

    it('refuses more series than it may hold, naming query, count and key', async ({ skip }) => {
      if (!fixture.limited) {
        skip();
        return;
      }
      const question = fixture.limited.queryRange(range());
      await expect(question).rejects.toMatchObject({ code: 'too_many_series' });
      await expect(question).rejects.toThrow(/\d+ series.*reader\.max_series/);
      await expect(question).rejects.toThrow(fixture.expr);
    });

    it('says in one line how it is', async () => {
      const health = await fixture.source.health();
      expect(health.healthy).toBe(true);
      expect(health.detail).toMatch(/^\S.*\S$/);
    });
  });
}
