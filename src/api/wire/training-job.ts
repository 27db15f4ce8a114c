import type { TrainingJob } from '../../contract/training-job.ts';
import type { StoredTrainingJob } from '../../store/training-jobs-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function trainingJobOf(row: StoredTrainingJob): TrainingJob {
  const { startTimeMs, endTimeMs } = row;
  return {
    id: row.id,
    model_id: row.modelId,
    metric_id: row.metricId,
    status: row.status,
    config: row.config,
    start_time: isoOrNull(startTimeMs),
    end_time: isoOrNull(endTimeMs),
    duration_seconds:
      startTimeMs === null || endTimeMs === null ? null : (endTimeMs - startTimeMs) / 1000,
    metrics: row.metrics,
    error_message: row.errorMessage,
    logs: row.logs,
    created_at: iso(row.createdAtMs),
    series_id: row.seriesId,
    occasion: row.occasion,
  };
}
