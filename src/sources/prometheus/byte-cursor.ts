const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** JSON is not what was expected at a byte; `message` is the second half of a sentence. */
export class JsonMismatch extends Error {}

/** Walks through JSON without making anything of what is skipped. Every method may throw JsonMismatch. */
export class ByteCursor {
  readonly bytes: Buffer;
  /** The next byte to be read; those who read ahead themselves move it. */
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The next byte that is not white space, unread; NaN at the end. */
  peek(): number {
    const { bytes } = this;
    let { at } = this;
    while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at++;
    this.at = at;
    return bytes[at] ?? Number.NaN;
  }

  /** Reads `byte` if it comes next. */
  skip(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  expect(byte: number): void {
    if (!this.skip(byte)) throw this.mismatch(`"${String.fromCharCode(byte)}"`);
  }

  mismatch(expected: string): JsonMismatch {
    const found =
      this.at >= this.bytes.length
        ? 'the end'
        : JSON.stringify(this.bytes.toString('utf8', this.at, this.at + 20));
    return new JsonMismatch(`expected ${expected} at byte ${this.at}, found ${found}`);
  }

  /** Names the fields of an object; the value of each must be read before the next is asked for. */
  *fields(): Generator<string, void> {
    this.expect(OPEN_BRACE);
    if (this.skip(CLOSE_BRACE)) return;
    do {
      const name = this.readString();
      this.expect(COLON);
      yield name;
    } while (this.skip(COMMA));
    this.expect(CLOSE_BRACE);
  }

  /** Stops before each element of an array, which must be read before the next is asked for. */
  *elements(): Generator<void, void> {
    this.expect(OPEN_BRACKET);
    if (this.skip(CLOSE_BRACKET)) return;
    do yield;
    while (this.skip(COMMA));
    this.expect(CLOSE_BRACKET);
  }

  readString(): string {
    const start = this.#enterString();
    const escaped = this.#leaveString();
    if (!escaped) return this.bytes.toString('utf8', start, this.at - 1);
    const quoted = this.bytes.toString('utf8', start - 1, this.at);
    try {
      return String(JSON.parse(quoted));
    } catch {
      throw new JsonMismatch(`expected text at byte ${start - 1}, found ${quoted.slice(0, 40)}`);
    }
  }

  skipValue(): void {
    const first = this.peek();
    if (first === QUOTE) {
      this.#enterString();
      this.#leaveString();
    } else if (first === OPEN_BRACE) for (const _ of this.fields()) this.skipValue();
    else if (first === OPEN_BRACKET) for (const _ of this.elements()) this.skipValue();
    else this.#skipWord();
  }

  #enterString(): number {
    this.expect(QUOTE);
    return this.at;
  }

  /** Moves behind the closing quote and says whether there was a backslash. */
  #leaveString(): boolean {
    const { bytes } = this;
    let escaped = false;
    for (let at = this.at; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.at = at + 1;
        return escaped;
      }
      if (byte === BACKSLASH) {
        escaped = true;
        at++;
      }
    }
    this.at = bytes.length;
    throw this.mismatch('a closing quote');
  }

  /** A number, true, false or null. */
  #skipWord(): void {
    const start = this.at;
    while (isWordByte(this.bytes[this.at] ?? 0)) this.at++;
    if (this.at === start) throw this.mismatch('a value');
  }
}

/** Letters, digits and the signs of numbers. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  );
}
