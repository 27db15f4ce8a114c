import { labelsKey } from '../core/labels.ts';
import { upsertAlerts } from './alerts-table.ts';
import type { Database } from './database.ts';
import type { SavedAlert, SavedEpisode, SeriesFindings } from './detection.ts';
import { advanceEntities, type EntityDraft } from './entities-table.ts';
import { saveEpisodes } from './save-episodes.ts';

/** What one run found of one entity; each finding stands under its leading series. */
export interface EntityDetection extends EntityDraft {
  readonly findings: readonly SeriesFindings[];
}

export interface SavedEntities {
  /** Of the entities whose run was first; nothing of the others was written. */
  readonly savedKeys: ReadonlySet<string>;
  readonly episodes: readonly SavedEpisode[];
  readonly alerts: readonly SavedAlert[];
}

/** Writes a run over entities in one transaction: where each stands, episodes and alerts. Repeated, it writes nothing twice. */
export async function saveEntities(
  db: Database,
  detections: readonly EntityDetection[],
): Promise<SavedEntities> {
  return db.transaction(async (tx) => {
    const savedKeys = await advanceEntities(tx, detections);
    const findings = detections
      .filter(({ labels }) => savedKeys.has(labelsKey(labels)))
      .flatMap((detection) => detection.findings);
    const episodes = await saveEpisodes(tx, findings);
    const alerts = await upsertAlerts(tx, findings, episodes);
    return { savedKeys, episodes, alerts };
  });
}
