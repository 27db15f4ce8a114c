import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnswerFrame, type ScannedSeries, scanAnswer } from './answer-scanner.ts';
import { ByteCursor } from './byte-cursor.ts';

function scan(text: string): { series: ScannedSeries[]; frame: AnswerFrame } {
  const series: ScannedSeries[] = [];
  const scanned = scanAnswer(new ByteCursor(Buffer.from(text)));
  for (let step = scanned.next(); ; step = scanned.next()) {
    if (step.done) return { series, frame: step.value };
    series.push(step.value);
  }
}

function plain(series: ScannedSeries) {
  const { samples } = series;
  return { labels: series.labels(), times: [...samples.times], values: [...samples.values] };
}

test('scanAnswer() reads a matrix, its gaps, odd values and warnings', () => {
  const { series, frame } = scan(
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'up', path: 'C:\\"ü"\n\u2028' },
            values: [
              [1700000000.123, '1'],
              [1700000015, 'NaN'],
              [1700000060, '-Inf'],
            ],
          },
          { metric: {}, values: [[0, '+Inf']] },
        ],
      },
      warnings: ['a "bad" store'],
      infos: ['counter name?'],
    }),
  );
  expect(series.map(plain)).toEqual([
    {
      labels: { __name__: 'up', path: 'C:\\"ü"\n\u2028' },
      times: [1700000000123, 1700000015000, 1700000060000],
      values: [1, Number.NaN, -Infinity],
    },
    { labels: {}, times: [0], values: [Infinity] },
  ]);
  expect(frame.warnings).toEqual(['a "bad" store', 'counter name?']);
});

test('scanAnswer() reads fields in any order, white space, vectors, scalars and unknown fields', () => {
  const vector = `\n{ "extra" : [ { "a" : [ true, null, -1.5e3, "\\\\\\"" ] }, {} , [] ],
    "data" : {\t"result" : [ { "value" : [ 1.7e9 , "2" ] , "metric" : { "b" : "c" } } ] ,
    "stats": {}, "resultType" : "vector" } , "warnings": null, "status" : "success" }\n`;
  expect(scan(vector).series.map(plain)).toEqual([
    { labels: { b: 'c' }, times: [1.7e12], values: [2] },
  ]);
  expect(scan(vector).frame.resultType).toBe('vector');
  const scalar = '{"status":"success","data":{"resultType":"scalar","result":[1,"5"]}}';
  expect(scan(scalar).series.map(plain)).toEqual([{ labels: {}, times: [1000], values: [5] }]);
  const empty = '{"status":"success","data":{"resultType":"matrix","result":[]}}';
  expect(scan(empty).series).toEqual([]);
});

test('scanAnswer() leaves native histograms out and counts them', () => {
  const { series, frame } = scan(
    `{"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{"a":"1"},"histograms":[[1,{"count":"2","sum":"3","buckets":[[0,"1","2","2"]]}]]}]}}`,
  );
  expect(series).toEqual([]);
  expect(frame.histogramsOnly).toBe(1);
});

test('scanAnswer() says where an answer breaks off or is not JSON', () => {
  const whole = '{"status":"success","data":{"result":[{"metric":{"a":"b"},"values":[[1,"2"]]}]}}';
  for (let length = 0; length < whole.length; length++) {
    expect(() => scan(whole.slice(0, length))).toThrow(/^expected .* at byte \d+, found the end$/);
  }
  expect(() => scan('<html><body>Log in</body></html>')).toThrow(
    'expected "{" at byte 0, found "<html><body>Log in</"',
  );
  expect(() => scan(`${whole}x`)).toThrow('expected the end');
  expect(() => scan('{"data":{"result":[{"metric":{"a":1e},"values":[[1,"2x"]]}]}}')).toThrow(
    'expected a number',
  );
});

test('scanAnswer() equals JSON.parse for any labels and values', () => {
  const labels = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
  const sample = fc.tuple(fc.nat({ max: 2 ** 42 }), fc.double());
  const one = fc.record({ metric: labels, values: fc.array(sample, { minLength: 1 }) });
  fc.assert(
    fc.property(fc.array(one), fc.constantFrom(undefined, 2), (result, indent) => {
      const written = result.map(({ metric, values }) => ({
        metric,
        values: values.map(([timeMs, value]) => [
          timeMs / 1000,
          String(value).replace('Infinity', 'Inf'),
        ]),
      }));
      const answer = { data: { resultType: 'matrix', result: written }, status: 'success' };
      expect(scan(JSON.stringify(answer, null, indent)).series.map(plain)).toEqual(
        result.map(({ metric, values }) => ({
          labels: { ...metric },
          times: values.map(([timeMs]) => timeMs),
          values: values.map(([, value]) => (Object.is(value, -0) ? 0 : value)),
        })),
      );
    }),
    { numRuns: 100 },
  );
});
