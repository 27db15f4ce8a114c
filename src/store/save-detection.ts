import { upsertAlerts } from './alerts-table.ts';
import { type MergeBands, writeBands } from './bands-table.ts';
import { advanceCheckpoints } from './checkpoints-table.ts';
import type { Database } from './database.ts';
import type { SavedDetection, SeriesDetection } from './detection.ts';
import { saveEpisodes } from './save-episodes.ts';

/**
 * Writes a run in one transaction: checkpoints, episodes, alerts and bands. Repeating a run that was
 * written, or losing a race against another process, writes nothing twice.
 */
export async function saveDetection(
  db: Database,
  detections: readonly SeriesDetection[],
  { mergeBands }: { readonly mergeBands?: MergeBands } = {},
): Promise<SavedDetection> {
  return db.transaction(async (tx) => {
    const savedSeriesIds = await advanceCheckpoints(tx, detections);
    const saved = detections.filter((detection) => savedSeriesIds.has(detection.seriesId));
    const episodes = await saveEpisodes(tx, saved);
    const alerts = await upsertAlerts(tx, saved, episodes);
    await writeBands(tx, saved, mergeBands);
    return { savedSeriesIds, episodes, alerts };
  });
}
