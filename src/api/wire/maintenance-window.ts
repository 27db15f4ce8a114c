import type { MaintenanceWindow } from '../../contract/maintenance-window.ts';
import type { StoredMaintenance } from '../../store/maintenance-windows-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function maintenanceWindowOf(row: StoredMaintenance, active: boolean): MaintenanceWindow {
  return {
    id: row.id,
    title: row.title,
    match: row.matchers,
    starts_at: isoOrNull(row.startsAtMs),
    ends_at: isoOrNull(row.endsAtMs),
    weekly: row.weekly,
    active,
    origin: row.origin,
    reason: row.reason,
    created_by: row.createdBy,
    created_at: iso(row.createdAtMs),
  };
}
