import { describe, expect, it } from 'vitest';
import type { Labels } from '../../core/labels.ts';
import { labelsKey } from '../../core/labels.ts';
import type { Samples } from '../../core/series.ts';
import { sliceSamples } from '../../core/series.ts';
import { HIGH_WORD, LOW_WORD, wordsOf } from '../float-words.ts';
import { evaluateRange } from './evaluate.ts';
import { matchesAll } from './label-matcher.ts';
import type { SampleReader, StoredSeries } from './sample-reader.ts';
import { STALE_HIGH, STALE_LOW } from './staleness.ts';

interface HeldSeries extends StoredSeries {
  readonly samples: Samples;
}

/** A reader over columns in memory. */
function reader(series: readonly HeldSeries[]): SampleReader<HeldSeries> {
  return {
    select: (matchers) => series.filter((one) => matchesAll(matchers, one)),
    read: (wanted, { startMs, endMs }) =>
      Promise.resolve(wanted.map(({ samples }) => sliceSamples(samples, startMs, endMs + 1))),
  };
}

/** A sample each 10 s from 0; undefined leaves one out. */
function held(name: string, labels: Labels, values: readonly (number | undefined)[]): HeldSeries {
  const times = values.flatMap((value, i) => (value === undefined ? [] : [i * 10_000]));
  const there = values.filter((value) => value !== undefined);
  return {
    name,
    labels,
    samples: { times: Float64Array.from(times), values: Float64Array.from(there) },
  };
}

/** Values at 0, 10 s, …, 60 s by label set; null where there is none. */
async function ask(expr: string, series: readonly HeldSeries[]) {
  const answer = await evaluateRange(reader(series), {
    expr,
    startMs: 0,
    endMs: 60_000,
    stepMs: 10_000,
  });
  return Object.fromEntries(
    answer.map(({ labels, samples }) => {
      const values = Array.from({ length: 7 }, (): number | null => null);
      samples.times.forEach((timeMs, i) => {
        values[timeMs / 10_000] = samples.values[i] ?? null;
      });
      return [labelsKey(labels), values];
    }),
  );
}

const UP = held('up', { job: 'a', instance: 'x' }, [1, 1, 1, 0, 1, 1, 1]);
const UP2 = held('up', { job: 'b', instance: 'y' }, [2, 2, 2, 2, 2, 2, 2]);

const bucket = (le: string, count: number) => held('h_bucket', { le, job: 'a' }, [count]);
const keys = async (expr: string) => Object.keys(await ask(expr, [UP, UP2]));

describe('evaluateRange()', () => {
  it('selects by equality and anchored expressions', async () => {
    const a = '{instance="x",job="a"}';
    const b = '{instance="y",job="b"}';
    expect(await keys('up')).toEqual([a, b]);
    expect(await keys('up{job="a"}')).toEqual([a]);
    expect(await keys('up{job!="a"}')).toEqual([b]);
    expect(await keys('up{job=~"a|c"}')).toEqual([a]);
    expect(await keys('up{job=~".",job!~"b.*"}')).toEqual([a]);
    expect(await keys('up{instance=~"(?i)X"}')).toEqual([a]);
    expect(await keys('up{job=~""}')).toEqual([]);
    expect(await keys('{__name__=~"u.",zone=""}')).toEqual([a, b]);
    expect(await keys('{"up", job=\'\\u0061\'}')).toEqual([a]);
  });

  it('goes on with the last sample for five minutes, or until the series is stale', async () => {
    const gone = held('g', {}, [5, 6, Number.NaN]);
    const words = wordsOf(gone.samples.values);
    words[2 * 2 + HIGH_WORD] = STALE_HIGH;
    words[2 * 2 + LOW_WORD] = STALE_LOW;
    expect(await ask('g', [gone])).toEqual({ '{}': [5, 6, null, null, null, null, null] });
    expect(await ask('count_over_time(g[1m])', [gone])).toEqual({ '{}': [1, 2, 2, 2, 2, 2, 1] });
    const answer = await evaluateRange(reader([UP]), {
      expr: 'up',
      startMs: 60_000,
      endMs: 400_000,
      stepMs: 10_000,
    });
    // The last sample is at 60 s: seen until 350 s, at 360 s it is five minutes old.
    expect(answer[0]?.samples.times.at(-1)).toBe(350_000);
  });

  it('keeps NaN as a value', async () => {
    const nan = held('n', {}, [Number.NaN]);
    expect((await ask('n', [nan]))['{}']?.[0]).toBeNaN();
  });

  it('estimates the increase of a counter as Prometheus does', async () => {
    const counter = held('c_total', {}, [100, 110, 120, 130, 140, 150, 160]);
    // Window (10 s, 40 s]: samples at 20, 30, 40 rise by 20 in 20 s; 10 s before is in reach: 30.
    const increase = (await ask('increase(c_total[30s])', [counter]))['{}'];
    expect(increase?.[4]).toBeCloseTo(30, 12);
    // At 0 s there is one sample; at 10 s the window reaches 20 s before the first: half a distance.
    expect(increase?.[0]).toBeNull();
    expect(increase?.[1]).toBeCloseTo(15, 12);
    expect((await ask('rate(c_total[30s])', [counter]))['{}']?.[6]).toBeCloseTo(1, 12);
    expect((await ask('irate(c_total[30s])', [counter]))['{}']?.[6]).toBe(1);
  });

  it('takes a fall of a counter as a reset', async () => {
    const counter = held('c_total', {}, [1000, 1010, 1020, 4, 14, 24, 34]);
    // (20 s, 60 s]: 4, 14, 24, 34. (10 s, 50 s]: 1020, 4, 14, 24: 24 − 1020 + 1020, stretched by 40/30.
    const increase = (await ask('increase(c_total[40s])', [counter]))['{}'];
    expect(increase?.[5]).toBeCloseTo(32, 12);
    // The first is 4 at 30 s, rising by 1 a second: it was 0 at 26 s, so stretched by 4 s and not 10.
    expect(increase?.[6]).toBeCloseTo(34, 12);
    expect((await ask('irate(c_total[40s])', [counter]))['{}']?.[3]).toBe(0.4);
    expect((await ask('delta(c_total[20s])', [counter]))['{}']?.[3]).toBeCloseTo(-2032, 9);
  });

  it('summarises windows', async () => {
    const g = held('g', {}, [1, 5, undefined, 3, Number.NaN, 2, 2]);
    const at = async (expr: string) => (await ask(expr, [g]))['{}']?.slice(0, 4);
    expect(await at('avg_over_time(g[20s])')).toEqual([1, 3, 5, 3]);
    expect(await at('sum_over_time(g[40s])')).toEqual([1, 6, 6, 9]);
    expect(await at('min_over_time(g[40s])')).toEqual([1, 1, 1, 1]);
    expect(await at('max_over_time(g[40s])')).toEqual([1, 5, 5, 5]);
    expect((await ask('max_over_time(g[20s])', [g]))['{}']?.[4]).toBe(3);
    expect((await ask('last_over_time(g[20s])', [g]))['{}']?.[2]).toBe(5);
  });

  it('aggregates by and without labels', async () => {
    const more = held('up', { job: 'a', instance: 'z' }, [undefined, undefined, 7]);
    const series = [UP, UP2, more];
    expect(await ask('sum(up)', series)).toEqual({ '{}': [3, 3, 10, 9, 10, 10, 10] });
    expect(await ask('sum by (job) (up)', series)).toEqual({
      '{job="a"}': [1, 1, 8, 7, 8, 8, 8],
      '{job="b"}': [2, 2, 2, 2, 2, 2, 2],
    });
    expect(await ask('count without (instance) (up)', series)).toEqual({
      '{job="a"}': [1, 1, 2, 2, 2, 2, 2],
      '{job="b"}': [1, 1, 1, 1, 1, 1, 1],
    });
    expect((await ask('avg(up)', series))['{}']?.[3]).toBe(3);
    expect((await ask('min(up)', series))['{}']?.[3]).toBe(0);
    expect((await ask('max(up) by (missing)', series))['{}']?.[3]).toBe(7);
  });

  it('calculates with numbers and with series of equal labels', async () => {
    const total = held('total', { job: 'a', instance: 'x' }, [4, 4, 4, 4, 4, 4, 4]);
    const spare = held('total', { job: 'c', instance: 'w' }, [4, 4]);
    const series = [UP, UP2, total, spare];
    const x = '{instance="x",job="a"}';
    expect(await ask('1 - up / total', series)).toEqual({
      [x]: [0.75, 0.75, 0.75, 1, 0.75, 0.75, 0.75],
    });
    expect((await ask('-total ^ 2 % 7', series))[x]?.[0]).toBe(-2);
    expect((await ask('(up + up) * 10', series))[x]?.[0]).toBe(20);
    expect(await ask('up * on(job) total', series)).toEqual({ '{job="a"}': [4, 4, 4, 0, 4, 4, 4] });
    expect(Object.keys(await ask('up * ignoring(instance) total', series))).toEqual(['{job="a"}']);
    expect(await ask('2 ^ 3 ^ 2', [])).toEqual({ '{}': Array.from({ length: 7 }, () => 512) });
    expect(await ask('clamp_max(abs(-up), 1) ', [UP2])).toEqual({
      '{instance="y",job="b"}': [1, 1, 1, 1, 1, 1, 1],
    });
    expect((await ask('clamp_min(ln(up), 1 - 3)', [UP]))[x]?.[3]).toBe(-2);
  });

  it('estimates quantiles of histograms', async () => {
    const buckets = [bucket('0.5', 2), bucket('+Inf', 10), bucket('1', 6), bucket('2', 5)];
    const at = async (quantile: string) =>
      (await ask(`histogram_quantile(${quantile}, h_bucket)`, buckets))['{job="a"}']?.[0];
    // Rank 5 of 10 lies 3 of 4 into (0.5, 1]; the count of 2 fell and is taken as 6.
    expect(await at('0.5')).toBeCloseTo(0.875, 12);
    expect(await at('0.1')).toBeCloseTo(0.25, 12);
    expect(await at('0.9')).toBe(2);
    expect(await at('-1')).toBe(-Infinity);
    expect(await at('2')).toBe(Infinity);
    expect(
      (await ask('histogram_quantile(0.5, h_bucket)', buckets.slice(2)))['{job="a"}']?.[0],
    ).toBeNaN();
  });

  it('joins sets of series by their labels', async () => {
    const [x, y] = ['{instance="x",job="a"}', '{instance="y",job="b"}'];
    const half = held('half', UP.labels, [1, 1, 1]);
    const series = [UP, UP2, half];
    // The sample of `half` at 20 s goes on for five minutes.
    expect(await ask('up and half', series)).toEqual({ [x]: [1, 1, 1, 0, 1, 1, 1] });
    expect(await ask('up unless on (job) half', series)).toEqual({ [y]: [2, 2, 2, 2, 2, 2, 2] });
    expect(Object.keys(await ask('half or up', series))).toHaveLength(2);
    expect(await ask('absent(up{job="c"})', series)).toEqual({
      '{job="c"}': [1, 1, 1, 1, 1, 1, 1],
    });
    expect(await ask('absent(up)', series)).toEqual({});
  });

  it('joins many series to one and takes labels from it', async () => {
    const core = (cpu: string) => held('cpu', { instance: 'x', cpu }, [3]);
    const node = held('node', { instance: 'x', zone: 'eu' }, [2]);
    const joined = await ask('cpu * on (instance) group_left (zone) node', [
      core('0'),
      core('1'),
      node,
    ]);
    expect(Object.entries(joined).map(([key, values]) => [key, values[0]])).toEqual([
      ['{cpu="0",instance="x",zone="eu"}', 6],
      ['{cpu="1",instance="x",zone="eu"}', 6],
    ]);
    const turned = await ask('node - on (instance) group_right cpu', [core('0'), node]);
    expect(turned['{cpu="0",instance="x"}']?.[0]).toBe(-1);
  });

  it('chooses the highest and gives quantiles over series', async () => {
    expect(await ask('topk(1, up)', [UP, UP2])).toEqual({
      '{instance="y",job="b"}': [2, 2, 2, 2, 2, 2, 2],
    });
    expect((await ask('bottomk by (job) (1, up)', [UP, UP2]))['{instance="x",job="a"}']?.[3]).toBe(
      0,
    );
    expect((await ask('quantile(0.25, up)', [UP, UP2]))['{}']).toEqual([
      1.25, 1.25, 1.25, 0.5, 1.25, 1.25, 1.25,
    ]);
    expect((await ask('stddev(up)', [UP, UP2]))['{}']?.[3]).toBe(1);
  });

  it('looks back by an offset', async () => {
    const counter = held('c', {}, [0, 1, 2, 3, 4, 5, 6]);
    expect((await ask('c - c offset 20s', [counter]))['{}']).toEqual([null, null, 2, 2, 2, 2, 2]);
    expect((await ask('c offset -10s', [counter]))['{}']?.[0]).toBe(1);
    expect((await ask('1 - -c offset 20s', [counter]))['{}']?.[3]).toBe(2);
    expect((await ask('max_over_time(c[20s] offset 10s)', [counter]))['{}']?.[3]).toBe(2);
  });

  it('evaluates an expression at the steps of a subquery', async () => {
    const counter = held('c', {}, [0, 1, 2, 3, 4, 5, 6]);
    // The window (20 s, 60 s] by 20 s holds the values at 40 s and 60 s.
    expect((await ask('sum_over_time((c * 2)[40s:20s])', [counter]))['{}']?.[6]).toBe(20);
  });

  it('rewrites labels and turns series into numbers and back', async () => {
    const renamed = await ask('label_replace(up, "host", "$1-${1}", "instance", "(x)")', [UP, UP2]);
    expect(Object.keys(renamed)).toEqual([
      '{host="x-x",instance="x",job="a"}',
      '{instance="y",job="b"}',
    ]);
    expect((await ask('vector(scalar(up) + 1)', [UP]))['{}']).toEqual([2, 2, 2, 1, 2, 2, 2]);
    expect((await ask('time()', []))['{}']).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect((await ask('round(up * 0.26, 0.1)', [UP2]))['{instance="y",job="b"}']?.[0]).toBe(0.5);
    expect((await ask('clamp(up, 0.5, 1)', [UP2]))['{instance="y",job="b"}']?.[0]).toBe(1);
  });

  it('draws a line through a window', async () => {
    const g = held('g', {}, [0, 10, 20, 30, 40, 50, 60]);
    expect((await ask('deriv(g[30s])', [g]))['{}']?.[6]).toBeCloseTo(1, 12);
    expect((await ask('predict_linear(g[30s], 100)', [g]))['{}']?.[6]).toBeCloseTo(160, 9);
    expect((await ask('quantile_over_time(0.5, g[30s])', [g]))['{}']?.[6]).toBe(50);
    expect((await ask('changes(g[30s])', [g]))['{}']?.[6]).toBe(2);
  });

  it('compares, leaving out or with bool', async () => {
    const x = '{instance="x",job="a"}';
    expect((await ask('up > 0', [UP]))[x]).toEqual([1, 1, 1, null, 1, 1, 1]);
    expect((await ask('1 == up', [UP]))[x]).toEqual([1, 1, 1, null, 1, 1, 1]);
    expect((await ask('up != bool 1', [UP]))[x]).toEqual([0, 0, 0, 1, 0, 0, 0]);
    expect((await ask('1 < bool 2', []))['{}']?.[0]).toBe(1);
  });

  it.each([
    [
      'count_values("a", up)',
      /^Cannot evaluate count_values\(\.\.\.\): SAIMon itself knows .*rate.*; a Prometheus knows all of PromQL$/,
    ],
    ['histogram_quantile(up, up)', 'Cannot evaluate histogram_quantile(...)'],
    ['label_replace(up, "a", "b", "c")', 'Cannot evaluate label_replace(...)'],
    ['label_replace(up, "a", "b", "c", "(")', 'expected a regular expression'],
    ['rate(up)', 'Cannot evaluate rate(...)'],
    ['topk(up, up)', 'Cannot evaluate topk(...)'],
    ['up and 1', 'it takes series on both sides'],
    ['up[5m]', 'it goes into a function'],
    ['"text"', 'a text is only an argument'],
    ['{job=~".*"}', 'knows selectors with a name or a label that is not empty'],
    ['up{job=~"("}', 'knows regular expressions that JavaScript knows too'],
    ['up *', 'Cannot parse PromQL "up *": did not expect the end'],
    ['up ! up', 'Cannot parse PromQL "up ! up": did not expect'],
    ['', 'Cannot parse PromQL ""'],
    ['1 < 2', 'numbers are compared with bool'],
    ['sum(1)', 'Cannot evaluate sum(...)'],
    ['abs(1)', 'Cannot evaluate abs(...)'],
    ['rate({__name__=~"up|total"}[1m])', 'several series have the same labels'],
    ['sum by (job) (up) * on() up', 'several series of one side have the same labels'],
  ])('rejects %s', async (expr, message) => {
    const total = held('total', UP.labels, [4, 4, 4]);
    const asked = ask(expr, [UP, UP2, total]);
    await expect(asked).rejects.toMatchObject({ name: 'SourceError', code: 'rejected' });
    await expect(asked).rejects.toThrow(message);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const request = { expr: 'up', startMs: 0, endMs: 0, stepMs: 1000, signal };
    await expect(evaluateRange(reader([UP]), request)).rejects.toThrow('enough');
  });

  it('refuses more values than fit into memory', async () => {
    const request = { expr: 'up', startMs: 0, endMs: 60e9, stepMs: 1000 };
    await expect(evaluateRange(reader([UP]), request)).rejects.toMatchObject({
      code: 'too_many_series',
    });
  });
});
