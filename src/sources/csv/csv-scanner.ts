const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const LARGE_E = 69;
const SMALL_E = 101;

/** Powers of ten that a double holds exactly: a mantissa below 2^53 times or over one of them rounds once, so right. */
const EXACT_POWERS = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const MISSING = /^(?:|[+-]?nan|null|none|na|n\/a|-|[+-]?inf(?:inity)?)$/i;
const NO_TEXT = '';

/** Reads CSV bytes cell by cell: quotes, doubled quotes, LF and CRLF; numbers without making text of them. */
export class CsvScanner {
  readonly bytes: Buffer;
  /** Code of the byte between cells. */
  delimiter = 44;
  /** First byte of the next cell. */
  position = 0;
  /** Line of the next cell, from 1. */
  line = 1;
  /** Whether the cell just read was the last of its row. */
  rowEnded = false;
  /** First byte of the cell just read and the byte after its last, quotes included. */
  start = 0;
  end = 0;
  /** What the cell just read by `number()` holds when it is neither a number nor missing. */
  odd = NO_TEXT;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.position = 3;
  }

  /** Skips empty lines; false at the end of the file. */
  nextRow(): boolean {
    const { bytes } = this;
    for (; this.position < bytes.length; this.position += 1) {
      const byte = bytes[this.position];
      if (byte === LINE_FEED) this.line += 1;
      else if (byte !== CARRIAGE_RETURN) return true;
    }
    return false;
  }

  /** The next cell as a number: NaN where it is missing, or `odd`. */
  number(): number {
    const { bytes, delimiter } = this;
    let at = this.position;
    let byte = bytes[at];
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++at];
    let mantissa = 0;
    let digits = 0;
    let decimals = 0;
    let digit = (byte ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    if (bytes[at] === DOT) {
      digit = (bytes[++at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        digits += 1;
        decimals += 1;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
    }
    let exponent = 0;
    if (digits > 0 && (bytes[at] === SMALL_E || bytes[at] === LARGE_E)) {
      byte = bytes[++at];
      const shrinks = byte === MINUS;
      if (shrinks || byte === PLUS) at += 1;
      const first = at;
      digit = (bytes[at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9) {
        exponent = exponent * 10 + digit;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      if (at === first) return this.#slowNumber();
      if (shrinks) exponent = -exponent;
    }
    exponent -= decimals;
    byte = bytes[at];
    const plain =
      byte === delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === undefined;
    // Fifteen digits fit a double exactly; longer ones, quotes and words take the long way.
    const exact = digits > 0 && digits <= 15 && exponent >= -22 && exponent <= 22;
    if (!plain || !exact) return this.#slowNumber();
    this.start = this.position;
    this.end = at;
    this.odd = NO_TEXT;
    this.#leaveCell(at);
    const power = EXACT_POWERS[Math.abs(exponent)] ?? Number.NaN;
    const size = exponent < 0 ? mantissa / power : mantissa * power;
    return negative ? -size : size;
  }

  /** The next cell as text, without quotes and outer spaces. */
  text(): string {
    const { bytes } = this;
    this.start = this.position;
    let at = this.position;
    while (bytes[at] === SPACE) at += 1;
    if (bytes[at] === QUOTE) {
      do {
        const close = bytes.indexOf(QUOTE, at + 1);
        at = close < 0 ? bytes.length : close + 1;
        // A doubled quote stands for one and does not end the cell.
      } while (bytes[at] === QUOTE);
    }
    while (at < bytes.length && !this.#endsCell(bytes[at])) at += 1;
    this.end = at;
    const text = this.cellText(this.start, at);
    for (let i = this.start; i < at; i += 1) if (bytes[i] === LINE_FEED) this.line += 1;
    this.#leaveCell(at);
    return text;
  }

  /** The text of the cell between two bytes, without quotes and outer spaces. */
  cellText(start: number, end: number): string {
    const text = this.bytes.toString('utf8', start, end).trim();
    if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
    return text.slice(1, -1).replaceAll('""', '"').trim();
  }

  #slowNumber(): number {
    const text = this.text();
    this.odd = NO_TEXT;
    if (NUMBER.test(text)) {
      const value = Number(text);
      return Number.isFinite(value) ? value : Number.NaN;
    }
    if (!MISSING.test(text)) this.odd = text;
    return Number.NaN;
  }

  #endsCell(byte: number | undefined): boolean {
    return byte === this.delimiter || byte === LINE_FEED || byte === CARRIAGE_RETURN;
  }

  #leaveCell(end: number): void {
    const { bytes } = this;
    let at = end;
    this.rowEnded = bytes[at] !== this.delimiter;
    if (this.rowEnded) {
      if (bytes[at] === CARRIAGE_RETURN) at += 1;
      if (bytes[at] === LINE_FEED) at += 1;
      if (end < bytes.length) this.line += 1;
    } else at += 1;
    this.position = at;
  }
}
