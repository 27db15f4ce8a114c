/**
 * Learned state as bytes: numbers in the order in which they are written, little-endian, behind a magic word and
 * a version. The reader must ask in the same order; it refuses what is cut short, too long or of another make.
 */
export class StateWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(magic: string, version: number) {
    for (let i = 0; i < 4; i++) this.byte(magic.charCodeAt(i));
    this.byte(version);
  }

  byte(value: number): void {
    this.#grow(1);
    this.#view.setUint8(this.#length - 1, value);
  }

  int(value: number): void {
    this.#grow(4);
    this.#view.setInt32(this.#length - 4, value, true);
  }

  float(value: number): void {
    this.#grow(8);
    this.#view.setFloat64(this.#length - 8, value, true);
  }

  /** Its length, then its values in single precision. */
  singles(values: Float32Array): void {
    this.int(values.length);
    for (const value of values) {
      this.#grow(4);
      this.#view.setFloat32(this.#length - 4, value, true);
    }
  }

  /** Its length, then its values as 16-bit whole numbers. */
  halves(values: Uint16Array): void {
    this.int(values.length);
    for (const value of values) {
      this.#grow(2);
      this.#view.setUint16(this.#length - 2, value, true);
    }
  }

  /** Its length, then its values in double precision. */
  floats(values: Float64Array): void {
    this.int(values.length);
    for (const value of values) this.float(value);
  }

  /** Its length, then its values as 32-bit words. */
  words(values: Uint32Array): void {
    this.int(values.length);
    for (const value of values) this.int(value | 0);
  }

  bytes(values: Uint8Array): void {
    this.int(values.length);
    this.#grow(values.length);
    this.#bytes.set(values, this.#length - values.length);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    this.#length += by;
    if (this.#length <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

export class StateReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #magic: string;
  #at = 0;

  /** RangeError when the bytes are not `magic` in this version. */
  constructor(bytes: Uint8Array, magic: string, version: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#magic = magic;
    for (let i = 0; i < 4; i++) {
      if (this.byte() !== magic.charCodeAt(i))
        throw new RangeError(`Cannot read state: expected "${magic}" bytes`);
    }
    const found = this.byte();
    if (found !== version) {
      throw new RangeError(
        `Cannot read ${magic} state of version ${found}: this program knows version ${version}`,
      );
    }
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  float(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  singles(): Float32Array {
    const values = new Float32Array(this.#length(4));
    const at = this.#advance(4 * values.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#view.getFloat32(at + 4 * i, true);
    return values;
  }

  halves(): Uint16Array {
    const values = new Uint16Array(this.#length(2));
    const at = this.#advance(2 * values.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#view.getUint16(at + 2 * i, true);
    return values;
  }

  floats(): Float64Array {
    const values = new Float64Array(this.#length(8));
    const at = this.#advance(8 * values.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#view.getFloat64(at + 8 * i, true);
    return values;
  }

  words(): Uint32Array {
    const values = new Uint32Array(this.#length(4));
    const at = this.#advance(4 * values.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#view.getUint32(at + 4 * i, true);
    return values;
  }

  bytes(): Uint8Array {
    const length = this.#length(1);
    const at = this.#advance(length);
    return this.#bytes.slice(at, at + length);
  }

  /** RangeError when bytes are left over. */
  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw new RangeError(
        `Cannot read ${this.#magic} state: ${this.#bytes.length - this.#at} bytes are left over`,
      );
    }
  }

  #length(size: number): number {
    const length = this.int();
    if (length < 0 || length * size > this.#bytes.length - this.#at) {
      throw new RangeError(
        `Cannot read ${this.#magic} state: a column of ${length} entries does not fit`,
      );
    }
    return length;
  }

  #advance(by: number): number {
    const at = this.#at;
    this.#at += by;
    if (this.#at > this.#bytes.length)
      throw new RangeError(`Cannot read ${this.#magic} state: it is cut short`);
    return at;
  }
}
