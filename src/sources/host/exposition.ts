import type { Labels } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';
import type { RawMetricType } from './sample-storage.ts';

export interface ExposedSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** As exposed; the collector dates samples by its own clock. */
  readonly timeMs?: number;
}

export interface MetricFamily {
  readonly type: RawMetricType;
  readonly help: string;
}

export interface Exposition {
  readonly samples: readonly ExposedSample[];
  /** By the family's name: `x` of `x_bucket`, in OpenMetrics also of `x_total`. */
  readonly families: ReadonlyMap<string, MetricFamily>;
}

const UNKNOWN: MetricFamily = { type: 'unknown', help: '' };
const TYPES: Readonly<Record<string, RawMetricType>> = {
  gauge: 'gauge',
  counter: 'counter',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
};
const FAMILY_SUFFIX = /_(?:total|bucket|sum|count|created)$/;
const COMMENT = /#[ \t]*(TYPE|HELP)[ \t]+/y;
const NAME_HERE = /[a-zA-Z_:][a-zA-Z0-9_:]*(?=[{ \t]|$)/y;
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const WHITE = /[ \t]+/;
/** A label as nearly all are written: read four times as fast as by the cursor. */
const PLAIN_LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="([^"\\]*)"(?:,|(?=\}))/y;
const LONGEST_QUOTE = 80;

/**
 * Reads a `/metrics` page: the text format 0.0.4 and OpenMetrics, with UTF-8 names in quotes. Exemplars
 * are skipped. Throws SourceError `bad_answer` that names the first line that is neither.
 */
export function parseExposition(text: string): Exposition {
  const samples: ExposedSample[] = [];
  const families = new Map<string, MetricFamily>();
  // OpenMetrics has seconds where the older format has milliseconds, and must end so.
  const timeUnitMs = text.includes('\n# EOF') ? 1000 : 1;
  let lineNumber = 0;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    lineNumber++;
    const line = text.slice(from, end).trim();
    from = end + 1;
    if (line === '') continue;
    if (line === '# EOF') break;
    try {
      if (line.startsWith('#')) readComment(line, families);
      else samples.push(readSample(line, timeUnitMs));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const quoted = JSON.stringify(line.slice(0, LONGEST_QUOTE));
      throw new SourceError(
        'bad_answer',
        `Cannot parse metrics, line ${lineNumber} ${quoted}: ${error.message}`,
      );
    }
  }
  return { samples, families };
}

/** The family of a sample, which for parts like `x_bucket` has the name `x`. */
export function findFamily(
  families: ReadonlyMap<string, MetricFamily>,
  sampleName: string,
): MetricFamily | undefined {
  return families.get(sampleName) ?? families.get(sampleName.replace(FAMILY_SUFFIX, ''));
}

function readComment(line: string, families: Map<string, MetricFamily>): void {
  const cursor = new LineCursor(line);
  const keyword = cursor.match(COMMENT)?.[1];
  if (!keyword) return;
  const name = cursor.peek() === '"' ? cursor.readQuoted() : cursor.match(NAME_HERE)?.[0];
  if (!name) throw new SyntaxError(`expected a metric name after ${keyword}`);
  const text = line.slice(cursor.at).trim();
  const known = families.get(name) ?? UNKNOWN;
  families.set(
    name,
    keyword === 'TYPE'
      ? { ...known, type: TYPES[text] ?? 'unknown' }
      : { ...known, help: unescape(text) },
  );
}

function readSample(line: string, timeUnitMs: number): ExposedSample {
  const cursor = new LineCursor(line);
  const bareName = cursor.match(NAME_HERE)?.[0] ?? '';
  cursor.skipWhite();
  const { quotedName, labels } = cursor.peek() === '{' ? readLabels(cursor) : NO_LABELS;
  const name = bareName === '' ? quotedName : bareName;
  if (name === undefined || (bareName !== '' && quotedName !== undefined)) {
    throw new SyntaxError('expected a metric name of letters, digits, _ and :, or one in quotes');
  }
  const rest = line.slice(cursor.at);
  const alone = Number(rest);
  if (!Number.isNaN(alone) && rest !== '') return { name, labels, value: alone };
  const [valueText = '', timeText] = rest.trim().split(WHITE, 2);
  const value = readNumber(valueText);
  if (timeText === undefined || timeText.startsWith('#')) return { name, labels, value };
  return { name, labels, value, timeMs: readNumber(timeText) * timeUnitMs };
}

type LabelPair = [name: string, value: string];

interface ReadLabels {
  readonly quotedName: string | undefined;
  readonly labels: Labels;
}
const NO_LABELS: ReadLabels = { quotedName: undefined, labels: {} };

function readLabels(cursor: LineCursor): ReadLabels {
  const labels: LabelPair[] = [];
  let quotedName: string | undefined;
  cursor.at++;
  for (;;) {
    cursor.skipWhite();
    if (cursor.peek() === '}') break;
    const plain = cursor.match(PLAIN_LABEL);
    if (plain) {
      addLabel(labels, plain[1] ?? '', plain[2] ?? '');
      continue;
    }
    const quoted = cursor.peek() === '"';
    const name = quoted ? cursor.readQuoted() : cursor.readUntil('= \t,}');
    cursor.skipWhite();
    if (cursor.peek() === '=') {
      cursor.at++;
      cursor.skipWhite();
      if (!quoted && !NAME.test(name))
        throw new SyntaxError(`${JSON.stringify(name)} is no label name`);
      addLabel(labels, name, cursor.readQuoted());
    } else if (quoted && quotedName === undefined) {
      quotedName = name;
    } else {
      throw new SyntaxError(`expected = after the label ${JSON.stringify(name)}`);
    }
    cursor.skipWhite();
    if (cursor.peek() === ',') cursor.at++;
    else if (cursor.peek() !== '}') throw new SyntaxError('expected , or } after a label');
  }
  cursor.at++;
  return { quotedName, labels: Object.fromEntries(labels) };
}

function addLabel(labels: LabelPair[], name: string, value: string): void {
  for (const [known] of labels) {
    if (known === name) throw new SyntaxError(`label ${name} is there twice`);
  }
  labels.push([name, value]);
}

function readNumber(text: string): number {
  const value = Number(text);
  if (text !== '' && !Number.isNaN(value)) return value;
  const spelled = /^([+-]?)(nan|inf|infinity)$/i.exec(text);
  if (!spelled) throw new SyntaxError(`expected a number, found ${JSON.stringify(text)}`);
  if (spelled[2]?.toLowerCase() === 'nan') return Number.NaN;
  return spelled[1] === '-' ? -Infinity : Infinity;
}

class LineCursor {
  readonly #line: string;
  at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  peek(): string {
    return this.#line.charAt(this.at);
  }

  skipWhite(): void {
    for (;;) {
      const code = this.#line.charCodeAt(this.at);
      if (code !== 32 && code !== 9) return;
      this.at++;
    }
  }

  /** What a sticky `pattern` finds here, and behind it the cursor. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#line);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  /** Up to one of `stops` or the end. */
  readUntil(stops: string): string {
    const from = this.at;
    while (this.at < this.#line.length && !stops.includes(this.peek())) this.at++;
    return this.#line.slice(from, this.at);
  }

  readQuoted(): string {
    if (this.peek() !== '"') throw new SyntaxError('expected text in double quotes');
    const from = this.at + 1;
    let end = this.#line.indexOf('"', from);
    while (end !== -1 && backslashesBefore(this.#line, end) % 2 === 1) {
      end = this.#line.indexOf('"', end + 1);
    }
    if (end === -1) throw new SyntaxError('a double quote is missing');
    this.at = end + 1;
    return unescape(this.#line.slice(from, end));
  }
}

function backslashesBefore(line: string, at: number): number {
  let count = 0;
  while (line.charAt(at - 1 - count) === '\\') count++;
  return count;
}

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/g, (escape, letter: string) => {
    if (letter === 'n') return '\n';
    return letter === '\\' || letter === '"' ? letter : escape;
  });
}
