import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFamily, parseExposition } from './exposition.ts';

describe('parseExposition()', () => {
  it('reads names, labels, values, types and help', () => {
    const { samples, families } = parseExposition(
      [
        '# HELP http_requests_total The total \\\\ number\\nof requests.',
        '# TYPE http_requests_total counter',
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        'http_requests_total{ method = "get" , code="400", } 3',
        '',
        '# any comment',
        'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find:\\n\\"FILE\\""} 1.458255915e9',
        '  up 1  ',
        'odd{a="}{,="} -Inf\r',
        'x NaN',
      ].join('\n'),
    );
    expect(samples).toEqual([
      {
        name: 'http_requests_total',
        labels: { method: 'post', code: '200' },
        value: 1027,
        timeMs: 1395066363000,
      },
      { name: 'http_requests_total', labels: { method: 'get', code: '400' }, value: 3 },
      {
        name: 'msdos_file_access_time_seconds',
        labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find:\n"FILE"' },
        value: 1458255915,
      },
      { name: 'up', labels: {}, value: 1 },
      { name: 'odd', labels: { a: '}{,=' }, value: -Infinity },
      { name: 'x', labels: {}, value: Number.NaN },
    ]);
    expect(families.get('http_requests_total')).toEqual({
      type: 'counter',
      help: 'The total \\ number\nof requests.',
    });
  });

  it('reads OpenMetrics with exemplars, seconds and quoted names', () => {
    const { samples, families } = parseExposition(
      [
        '# TYPE foo counter',
        '# UNIT foo seconds',
        'foo_total{a="b"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67',
        '# TYPE "my.metric" histogram',
        '{"my.metric_bucket","l.e"="0.1",a="b"} 8 # {} 0.054',
        '# EOF',
        'nothing is read here',
      ].join('\n'),
    );
    expect(samples).toEqual([
      { name: 'foo_total', labels: { a: 'b' }, value: 17, timeMs: 1520879607789 },
      { name: 'my.metric_bucket', labels: { 'l.e': '0.1', a: 'b' }, value: 8 },
    ]);
    expect(findFamily(families, 'foo_total')?.type).toBe('counter');
    expect(findFamily(families, 'my.metric_bucket')?.type).toBe('histogram');
    expect(findFamily(families, 'other')).toBeUndefined();
  });

  it.each([
    ['up one', 'Cannot parse metrics, line 2 "up one": expected a number, found "one"'],
    ['up', 'expected a number, found ""'],
    ['<html>', 'expected a metric name'],
    ['up{a="b} 1', 'a double quote is missing'],
    ['up{a=b} 1', 'expected text in double quotes'],
    ['up{a="b" c="d"} 1', 'expected , or } after a label'],
    ['up{a="b",a="c"} 1', 'label a is there twice'],
    ['{a="b"} 1', 'expected a metric name'],
    ['up{', 'expected = after the label ""'],
  ])('names the line of %s', (line, message) => {
    expect(() => parseExposition(`ok 1\n${line}\n`)).toThrow(message);
  });

  it('gives back whatever was written', () => {
    const unit = fc.constantFrom(...('a_1 "\\n\n\r\t{}=,#é😀\u2028'.match(/./gsu) ?? []));
    const label = fc.tuple(fc.string({ unit, minLength: 1 }), fc.string({ unit }));
    const sample = fc.record({
      name: fc.string({ unit, minLength: 1 }),
      labels: fc.uniqueArray(label, { selector: ([name]) => name, maxLength: 4 }),
      value: fc.double(),
    });
    fc.assert(
      fc.property(fc.array(sample), (written) => {
        const text = written.map(({ name, labels, value }) => {
          const pairs = labels.map((pair) => pair.map(quote).join('='));
          return `{${[quote(name), ...pairs].join(',')}} ${Object.is(value, -0) ? '-0' : value}\n`;
        });
        expect(parseExposition(text.join('')).samples).toEqual(
          written.map(({ name, labels, value }) => ({
            name,
            labels: Object.fromEntries(labels),
            value,
          })),
        );
      }),
      { numRuns: 60 },
    );
  });
});

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
