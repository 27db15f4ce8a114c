import type { Samples } from '../../core/series.ts';
import { type ByteCursor, JsonMismatch } from './byte-cursor.ts';
import { readDecimal } from './decimal.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** One series of an answer as it stands there. */
export interface ScannedSeries {
  /** The JSON object of its labels, `__name__` included, one byte a character: for comparing. */
  readonly labelsText: string;
  /** The same, read. */
  labels(): Record<string, string>;
  readonly samples: Samples;
}

/** What an answer says besides its series. */
export interface AnswerFrame {
  status: string;
  error: string;
  warnings: string[];
  resultType: string;
  /** Series that hold native histograms only, which are no numbers. */
  histogramsOnly: number;
}

/**
 * Scans an answer of `/api/v1/query` or `/api/v1/query_range` and stops after each series, so that the
 * caller can let others run. Values go from bytes straight into columns. Fields may stand in any order.
 * Throws JsonMismatch.
 */
export function* scanAnswer(cursor: ByteCursor): Generator<ScannedSeries, AnswerFrame> {
  const frame = { status: '', error: '', warnings: [], resultType: '', histogramsOnly: 0 };
  for (const field of cursor.fields()) {
    if (field === 'status') frame.status = cursor.readString();
    else if (field === 'error') frame.error = cursor.readString();
    else if (field === 'warnings' || field === 'infos') readTexts(cursor, frame.warnings);
    else if (field === 'data') yield* scanData(cursor, frame);
    else cursor.skipValue();
  }
  if (!Number.isNaN(cursor.peek())) throw cursor.mismatch('the end');
  return frame;
}

function readTexts(cursor: ByteCursor, texts: string[]): void {
  if (cursor.peek() !== OPEN_BRACKET) cursor.skipValue();
  else for (const _ of cursor.elements()) texts.push(cursor.readString());
}

function* scanData(cursor: ByteCursor, frame: AnswerFrame): Generator<ScannedSeries, void> {
  if (cursor.peek() !== OPEN_BRACE) {
    cursor.skipValue();
    return;
  }
  for (const field of cursor.fields()) {
    if (field === 'resultType') frame.resultType = cursor.readString();
    else if (field === 'result' && cursor.peek() === OPEN_BRACKET) {
      yield* scanResult(cursor, frame);
    } else cursor.skipValue();
  }
}

function* scanResult(cursor: ByteCursor, frame: AnswerFrame): Generator<ScannedSeries, void> {
  const columns = new GrowingColumns();
  const start = cursor.at;
  cursor.expect(OPEN_BRACKET);
  const first = cursor.peek();
  cursor.at = start;
  if (first !== OPEN_BRACE && first !== CLOSE_BRACKET) {
    // A scalar: one pair and no labels.
    readPair(cursor, columns);
    yield { labelsText: '{}', labels: () => ({}), samples: columns.take() };
    return;
  }
  for (const _ of cursor.elements()) {
    const series = scanSeries(cursor, columns);
    if (series.samples.times.length > 0) yield series;
    else frame.histogramsOnly++;
  }
}

function scanSeries(cursor: ByteCursor, columns: GrowingColumns): ScannedSeries {
  let from = 0;
  let to = 0;
  for (const field of cursor.fields()) {
    if (field === 'metric') {
      cursor.peek();
      from = cursor.at;
      cursor.skipValue();
      to = cursor.at;
    } else if (field === 'values') readPairs(cursor, columns);
    else if (field === 'value') readPair(cursor, columns);
    else cursor.skipValue();
  }
  const { bytes } = cursor;
  return {
    labelsText: bytes.toString('latin1', from, to),
    labels: () => readLabels(bytes.toString('utf8', from, to)),
    samples: columns.take(),
  };
}

function readLabels(text: string): Record<string, string> {
  let labels: unknown;
  try {
    labels = JSON.parse(text);
  } catch (cause) {
    throw new JsonMismatch(`expected labels, found ${text.slice(0, 40)}`, { cause });
  }
  if (!isLabels(labels)) throw new JsonMismatch(`expected labels, found ${text.slice(0, 40)}`);
  return labels;
}

function isLabels(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function readPairs(cursor: ByteCursor, columns: GrowingColumns): void {
  cursor.expect(OPEN_BRACKET);
  if (cursor.skip(CLOSE_BRACKET)) return;
  do readPair(cursor, columns);
  while (cursor.skip(COMMA));
  cursor.expect(CLOSE_BRACKET);
}

/** `[1700000000.123, "1.5"]`: seconds and a number in quotes. */
function readPair(cursor: ByteCursor, columns: GrowingColumns): void {
  cursor.expect(OPEN_BRACKET);
  cursor.peek();
  const seconds = readDecimal(cursor);
  cursor.expect(COMMA);
  cursor.expect(QUOTE);
  const value = readDecimal(cursor);
  cursor.expect(QUOTE);
  cursor.expect(CLOSE_BRACKET);
  columns.push(Math.round(seconds * 1000), value);
}

/** Two columns of unknown length, reused from series to series. */
class GrowingColumns {
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  #length = 0;

  push(timeMs: number, value: number): void {
    if (this.#length === this.#times.length) this.#grow();
    this.#times[this.#length] = timeMs;
    this.#values[this.#length] = value;
    this.#length++;
  }

  /** A copy of what was pushed since the last take. */
  take(): Samples {
    const length = this.#length;
    this.#length = 0;
    return { times: this.#times.slice(0, length), values: this.#values.slice(0, length) };
  }

  #grow(): void {
    const [times, values] = [this.#times, this.#values];
    this.#times = new Float64Array(times.length * 2);
    this.#values = new Float64Array(values.length * 2);
    this.#times.set(times);
    this.#values.set(values);
  }
}
