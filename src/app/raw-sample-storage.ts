import type { RawSampleStorage } from '../sources/host/sample-storage.ts';
import type { Database } from '../store/database.ts';
import {
  appendSampleHead,
  deleteSampleChunksBefore,
  ensureRawSeries,
  listRawSeries,
  loadSampleHeads,
  readSampleChunksOf,
  writeSampleChunks,
} from '../store/raw-samples-table.ts';

/** Keeps what the embedded collector reads in the database's tables of raw samples. */
export function createRawSampleStorage(database: Database): RawSampleStorage {
  return {
    listSeries: () => listRawSeries(database),
    ensureSeries: (wanted) => ensureRawSeries(database, wanted),
    appendHead: (head) => appendSampleHead(database, head),
    loadHeads: () => loadSampleHeads(database),
    writeChunks: (chunks, covered) => writeSampleChunks(database, chunks, covered),
    readChunks: (ids, range) => readSampleChunksOf(database, ids, range),
    deleteBefore: (beforeMs) => deleteSampleChunksBefore(database, beforeMs),
  };
}
