import type { Model } from '../../contract/model.ts';
import type { StoredModel } from '../../store/models-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function modelOf(row: StoredModel): Model {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    model_type: row.modelType,
    metric_id: row.metricId,
    config: row.config,
    performance_metrics: row.performanceMetrics,
    file_path: row.filePath,
    is_active: row.isActive,
    activated_by: row.activatedBy,
    trained_at: iso(row.trainedAtMs),
    in_force_from: isoOrNull(row.inForceFromMs),
    created_at: iso(row.createdAtMs),
    series_id: row.seriesId,
  };
}
