import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCsv, readCsv } from './read-csv.ts';

const parse = (text: string, zone?: string) =>
  parseCsv(Buffer.from(text), { file: 'measure.csv', ...(zone === undefined ? {} : { zone }) });

test('a file of one value column becomes times in milliseconds and values, without its label', () => {
  const { frame } = parse('timestamp,value,label\n1600000000,1.5,0\n1600000015,-2e3,1\n');
  expect(frame.names).toEqual(['value']);
  expect([...frame.times]).toEqual([1_600_000_000_000, 1_600_000_015_000]);
  expect(frame.columns.map((column) => [...column])).toEqual([[1.5, -2000]]);
});

test('the time may stand in any column that is named like one', () => {
  const { frame } = parse('m0,Time,m1\n1,1600000000,2\n');
  expect(frame.names).toEqual(['m0', 'm1']);
  expect(frame.times[0]).toBe(1_600_000_000_000);
});

test('without such a name the first column is the time', () => {
  expect(parse('when,value\n1600000000,2\n').frame.names).toEqual(['value']);
});

test.each(['', 'NaN', 'null', 'inf', '-Infinity', '""', ' ', '1e999'])(
  'the cell "%s" is missing',
  (cell) => {
    expect(parse(`timestamp,value\n1600000000,${cell}\n`).frame.columns[0]?.[0]).toBeNaN();
  },
);

test('quotes, CRLF, a byte order mark, empty lines and a last line without end are read', () => {
  const { frame } = parse(
    '\uFEFF"timestamp","a ""b"", c"\r\n"1600000000","1.5"\r\n\r\n1600000015, 2',
  );
  expect(frame.names).toEqual(['a "b", c']);
  expect([...(frame.columns[0] ?? [])]).toEqual([1.5, 2]);
});

test.each([';', '\t'])('the delimiter "%s" is found out', (delimiter) => {
  const { frame } = parse(['timestamp', 'a', 'b\n1600000000', '1', '2\n'].join(delimiter));
  expect(frame.columns.map((column) => column[0])).toEqual([1, 2]);
});

test('rows out of order and duplicate times stay as they are', () => {
  const { frame } = parse('timestamp,value\n1600000030,1\n1600000000,2\n1600000000,3\n');
  expect([...frame.times]).toEqual([1_600_000_030_000, 1_600_000_000_000, 1_600_000_000_000]);
});

test.each([
  ['1600000000.25', 1_600_000_000_250],
  ['1600000000250', 1_600_000_000_250],
  ['2020-09-13T12:26:40.25Z', 1_600_000_000_250],
  ['2020-09-13 14:26:40,25+02:00', 1_600_000_000_250],
  ['2020-09-13', 1_599_955_200_000],
])('the time %s is %d', (text, timeMs) => {
  expect(parse(`timestamp,value\n"${text}",1\n`).frame.times[0]).toBe(timeMs);
});

test('a time without a zone is civil time of the zone asked for, also around daylight saving', () => {
  const text =
    'timestamp,value\n2024-03-31 01:59:00,1\n2024-03-31 03:01:00,1\n2024-07-01 12:00,1\n';
  expect([...parse(text, 'Europe/Berlin').frame.times]).toEqual([
    Date.UTC(2024, 2, 31, 0, 59),
    Date.UTC(2024, 2, 31, 1, 1),
    Date.UTC(2024, 6, 1, 10),
  ]);
});

test('stampAt() gives unix seconds as they stand in the file, and computes them from other times', () => {
  const csv = parse(
    'timestamp,value\n1600000000.50,1\n"1600000015",1\n1600000030250,1\n2020-09-13T12:27:25Z,1\n',
  );
  expect([0, 1, 2, 3].map((row) => csv.stampAt(row))).toEqual([
    '1600000000.50',
    '1600000015',
    '1600000030.25',
    '1600000045',
  ]);
});

test.each([
  [
    'timestamp,value\n1600000000,1\n1600000001,abc\n',
    'Cannot read measure.csv:3 column "value": "abc" is not a number, expected a number or an empty cell',
  ],
  [
    'timestamp,value\n1600000000,0x10\n',
    'Cannot read measure.csv:2 column "value": "0x10" is not a number, expected a number or an empty cell',
  ],
  [
    'timestamp,value\n\nyesterday,1\n',
    'Cannot read measure.csv:3 column "timestamp": "yesterday" is not a time, expected unix seconds, unix milliseconds or ISO 8601',
  ],
  [
    'timestamp,value\n2024-02-31,1\n',
    'Cannot read measure.csv:2 column "timestamp": "2024-02-31" is not a time, expected unix seconds, unix milliseconds or ISO 8601',
  ],
  [
    'timestamp,value\n,1\n',
    'Cannot read measure.csv:2 column "timestamp": "" is not a time, expected unix seconds, unix milliseconds or ISO 8601',
  ],
  [
    'timestamp,value\n1600000000\n',
    'Cannot read measure.csv:2: the row has 1 cells, expected 2 as in the header',
  ],
  [
    'timestamp,value\n1600000000,1,2\n',
    'Cannot read measure.csv:2: the row has more than 2 cells, expected 2 as in the header',
  ],
  [
    'timestamp,label\n',
    'Cannot read measure.csv:1: the header is timestamp,label, expected a time and at least one value column',
  ],
  [
    '1600000000,1\n',
    'Cannot read measure.csv:1: the first row holds numbers, expected a header row such as timestamp,value',
  ],
  ['', 'Cannot read measure.csv: it is empty, expected a header row such as timestamp,value'],
])('%j is refused', (text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test('a file that is not there is named', async () => {
  await expect(readCsv('/nowhere/measure.csv')).rejects.toThrow(
    'Cannot read /nowhere/measure.csv: no such file or folder, expected a readable CSV file',
  );
});

test('a header alone gives an empty frame', () => {
  expect(parse('timestamp,value\n').frame.times).toHaveLength(0);
});

test('every number that JavaScript writes is read back to the last bit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noDefaultInfinity: true, noNaN: true }), { minLength: 1 }),
      (values) => {
        const rows = values.map(
          (value, i) => `${1_600_000_000 + i},${Object.is(value, -0) ? '-0' : value}`,
        );
        const { frame } = parse(`timestamp,value\n${rows.join('\n')}\n`);
        expect([...(frame.columns[0] ?? [])]).toEqual(values);
      },
    ),
  );
});
