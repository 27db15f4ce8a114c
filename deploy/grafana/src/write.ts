import { writeFileSync } from 'node:fs';
import { dashboardFiles } from './dashboards.ts';

// Compiled to dist/dashboards; the files lie beside their sources.
for (const [name, text] of dashboardFiles()) {
  writeFileSync(new URL(`../../deploy/grafana/dashboards/${name}`, import.meta.url), text);
}
