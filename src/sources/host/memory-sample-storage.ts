import { labelsKey } from '../../core/labels.ts';
import type {
  NewRawSeries,
  RawSampleStorage,
  RawSeries,
  SampleChunk,
  SampleHead,
} from './sample-storage.ts';

/** A storage in memory, for tests; like a database it copies what it is given, and can be made to fail. */
export class MemorySampleStorage implements RawSampleStorage {
  /** While set, every method throws it. */
  failure: Error | undefined;
  /** How many times chunks were asked for. */
  chunkReads = 0;
  #series: RawSeries[] = [];
  #chunks: SampleChunk[] = [];
  readonly #heads = new Map<number, SampleHead>();
  #lastId = 0;

  get heads(): number {
    return this.#heads.size;
  }

  get chunks(): readonly SampleChunk[] {
    return this.#chunks;
  }

  async listSeries(): Promise<readonly RawSeries[]> {
    await this.#work();
    return structuredClone(this.#series);
  }

  async ensureSeries(wanted: readonly NewRawSeries[]): Promise<readonly RawSeries[]> {
    await this.#work();
    return wanted.map(({ name, labels, metricType, help }) => {
      const key = labelsKey(labels);
      const known = this.#series.find((one) => one.name === name && labelsKey(one.labels) === key);
      if (known) return known;
      const id = ++this.#lastId;
      const made = structuredClone({ id, name, labels, metricType, help, lastSampleAtMs: null });
      this.#series.push(made);
      return made;
    });
  }

  async appendHead(head: SampleHead): Promise<void> {
    await this.#work();
    this.#heads.set(head.atMs, structuredClone(head));
  }

  async loadHeads(): Promise<readonly SampleHead[]> {
    await this.#work();
    return [...this.#heads.values()].toSorted((a, b) => a.atMs - b.atMs);
  }

  async writeChunks(
    chunks: readonly SampleChunk[],
    { coveredUntilMs }: { readonly coveredUntilMs: number },
  ): Promise<void> {
    await this.#work();
    for (const chunk of chunks) {
      const series = this.#series.find(({ id }) => id === chunk.rawSeriesId);
      if (!series) throw new Error(`Cannot write a chunk: no series ${chunk.rawSeriesId}`);
      const replaced = this.#chunks.filter(
        (one) => one.rawSeriesId !== chunk.rawSeriesId || one.startMs !== chunk.startMs,
      );
      this.#chunks = [...replaced, structuredClone(chunk)];
      const lastSampleAtMs = Math.max(series.lastSampleAtMs ?? -Infinity, chunk.endMs);
      this.#series = this.#series.map((one) => (one === series ? { ...one, lastSampleAtMs } : one));
    }
    for (const atMs of this.#heads.keys()) if (atMs <= coveredUntilMs) this.#heads.delete(atMs);
  }

  async readChunks(
    rawSeriesIds: readonly number[],
    range: { readonly startMs: number; readonly endMs: number },
  ): Promise<readonly SampleChunk[]> {
    await this.#work();
    this.chunkReads++;
    return this.#chunks
      .filter(({ rawSeriesId }) => rawSeriesIds.includes(rawSeriesId))
      .filter(({ startMs, endMs }) => startMs <= range.endMs && endMs >= range.startMs)
      .toSorted((a, b) => a.rawSeriesId - b.rawSeriesId || a.startMs - b.startMs);
  }

  async deleteBefore(beforeMs: number): Promise<number> {
    await this.#work();
    const kept = this.#chunks.filter(({ endMs }) => endMs >= beforeMs);
    const deleted = this.#chunks.length - kept.length;
    this.#chunks = kept;
    this.#series = this.#series.filter(
      ({ id, lastSampleAtMs }) =>
        lastSampleAtMs === null ||
        lastSampleAtMs >= beforeMs ||
        kept.some(({ rawSeriesId }) => rawSeriesId === id),
    );
    return deleted;
  }

  async #work(): Promise<void> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
  }
}
