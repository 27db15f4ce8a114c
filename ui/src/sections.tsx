import type { ComponentChildren } from 'preact';
import type { UiNoun } from '../../src/contract/ui-address.ts';
import { AnomaliesPage } from './pages/anomalies.tsx';
import { AnomalyPage } from './pages/anomaly.tsx';
import { AuditPage } from './pages/audit.tsx';
import { BacktestPage } from './pages/backtest.tsx';
import { BacktestsPage } from './pages/backtests.tsx';
import { CalendarPage } from './pages/calendar.tsx';
import { ChannelsPage } from './pages/channels.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { IncidentsPage } from './pages/incidents.tsx';
import { ModelPage } from './pages/model.tsx';
import { ModelsPage } from './pages/models.tsx';
import { ReportPage } from './pages/report.tsx';
import { RulesPage } from './pages/rules.tsx';
import { SeriesPage } from './pages/series.tsx';
import { SeriesListPage } from './pages/series-list.tsx';
import { SilencesPage } from './pages/silences.tsx';
import { StatusPage } from './pages/status.tsx';

/** What one comes for: to see what is unusual, to do something about it, to look after SAIMon itself. */
export const AREAS = ['Watch', 'Act', 'System'] as const;
export type Area = (typeof AREAS)[number];

interface OneProps {
  readonly id: number;
  readonly address: URL;
}

interface Section {
  readonly name: string;
  readonly area: Area;
  readonly all: (address: URL) => ComponentChildren;
  readonly one?: (props: OneProps) => ComponentChildren;
}

/** In the order of the navigation. */
export const SECTIONS: Readonly<Record<UiNoun, Section>> = {
  incidents: {
    name: 'Incidents',
    area: 'Watch',
    all: (address) => <IncidentsPage address={address} />,
    one: ({ id, address }) => <IncidentPage key={id} id={id} address={address} />,
  },
  anomalies: {
    name: 'Anomalies',
    area: 'Watch',
    all: (address) => <AnomaliesPage address={address} />,
    one: ({ id }) => <AnomalyPage key={id} id={id} />,
  },
  series: {
    name: 'Series',
    area: 'Watch',
    all: (address) => <SeriesListPage address={address} />,
    one: ({ id, address }) => <SeriesPage key={id} id={id} address={address} />,
  },
  channels: {
    name: 'Channels',
    area: 'Act',
    all: (address) => <ChannelsPage address={address} />,
  },
  silences: {
    name: 'Silences',
    area: 'Act',
    all: (address) => <SilencesPage address={address} />,
  },
  rules: {
    name: 'Rules',
    area: 'Act',
    all: (address) => <RulesPage address={address} />,
  },
  calendar: {
    name: 'Calendar',
    area: 'Act',
    all: (address) => <CalendarPage address={address} />,
  },
  models: {
    name: 'Models',
    area: 'System',
    all: (address) => <ModelsPage address={address} />,
    one: ({ id }) => <ModelPage key={id} id={id} />,
  },
  backtests: {
    name: 'Backtests',
    area: 'System',
    all: (address) => <BacktestsPage address={address} />,
    one: ({ id, address }) => <BacktestPage key={id} id={id} address={address} />,
  },
  status: { name: 'Status', area: 'System', all: () => <StatusPage /> },
  report: {
    name: 'Report',
    area: 'System',
    all: (address) => <ReportPage address={address} />,
  },
  audit: {
    name: 'Audit',
    area: 'System',
    all: (address) => <AuditPage key={address.search} address={address} />,
  },
};
