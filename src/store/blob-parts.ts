/** Where one blob lies in the joined bytes; `from` counts from 1, as SQL's substring does. */
export interface BlobPart {
  readonly from: number;
  readonly length: number;
}

/**
 * Joins the blobs of many rows into one bytea parameter, `substring($n from p.from for p.length)` in SQL:
 * one binary parameter instead of an array that would be written as hexadecimal text.
 */
export class BlobParts {
  readonly #blobs: Uint8Array[] = [];
  #length = 0;

  add(blob: Uint8Array): BlobPart {
    const part = { from: this.#length + 1, length: blob.length };
    this.#blobs.push(blob);
    this.#length += blob.length;
    return part;
  }

  joined(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const blob of this.#blobs) {
      bytes.set(blob, at);
      at += blob.length;
    }
    return bytes;
  }
}
