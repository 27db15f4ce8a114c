import { deleteAnomaliesBefore } from '../store/anomalies-table.ts';
import { deleteAuditBefore } from '../store/audit-table.ts';
import { deleteBandsBefore } from '../store/bands-table.ts';
import type { Database } from '../store/database.ts';
import { deleteIncidentsBefore } from '../store/incidents-table.ts';
import { deleteTestsBefore } from '../store/notifications-table.ts';
import { deleteSilencesBefore } from '../store/silences-table.ts';
import { deleteTrainingJobsBefore } from '../store/training-jobs-table.ts';
import type { EngineOptions } from './engine-options.ts';

/** Deletes what is older than the retention; says how much. Samples belong to the source that keeps them. */
export async function deleteOld(
  database: Database,
  { retention, nowMs }: { readonly retention: EngineOptions['retention']; readonly nowMs: number },
): Promise<{ anomalies: number; incidents: number; bands: number; jobs: number }> {
  const anomalies = await deleteAnomaliesBefore(database, nowMs - retention.anomaliesMs);
  const incidents = await deleteIncidentsBefore(database, nowMs - retention.anomaliesMs);
  const bands = await deleteBandsBefore(database, nowMs - retention.bandsMs);
  const jobs = await deleteTrainingJobsBefore(database, nowMs - retention.anomaliesMs);
  await deleteAuditBefore(database, nowMs - retention.anomaliesMs);
  await deleteTestsBefore(database, nowMs - retention.anomaliesMs);
  await deleteSilencesBefore(database, nowMs - retention.anomaliesMs);
  return { anomalies, incidents, bands, jobs };
}
