import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { anomaliesDashboard } from './anomalies.ts';
import { hostDashboard } from './host.ts';
import { saimonDashboard } from './saimon.ts';

/** The text of every dashboard that is shipped, by the name of its file. */
export function dashboardFiles(): Map<string, string> {
  const all = [anomaliesDashboard(), saimonDashboard(), hostDashboard()];
  return new Map(
    all.map((builder): [string, string] => {
      const dashboard = numbered(builder.build());
      return [`${dashboard.uid}.json`, `${JSON.stringify(dashboard, null, 2)}\n`];
    }),
  );
}

/** The SDK gives panels no ids, which links to a panel need, and leaves empty lists out. */
function numbered(dashboard: Dashboard): Dashboard {
  const panels = dashboard.panels?.map((panel: Panel | RowPanel, i) => ({ ...panel, id: i + 1 }));
  return {
    ...dashboard,
    ...(panels && { panels }),
    templating: { list: dashboard.templating?.list ?? [] },
    annotations: { list: dashboard.annotations?.list ?? [] },
  };
}
