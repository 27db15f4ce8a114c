import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { UiNoun } from '../../src/contract/ui-address.ts';
import { useAddress } from './navigation.ts';
import { AnomaliesPage } from './pages/anomalies.tsx';
import { AnomalyPage } from './pages/anomaly.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { IncidentsPage } from './pages/incidents.tsx';
import { ModelPage } from './pages/model.tsx';
import { ModelsPage } from './pages/models.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { SeriesPage } from './pages/series.tsx';
import { SeriesListPage } from './pages/series-list.tsx';
import { Empty } from './parts/notice.tsx';
import { ThemeSwitch } from './parts/theme-switch.tsx';
import { type Route, routeOf } from './route.ts';

interface OneProps {
  readonly id: number;
  readonly address: URL;
}

interface Section {
  readonly name: string;
  readonly all: (address: URL) => ComponentChildren;
  readonly one?: (props: OneProps) => ComponentChildren;
}

const SECTIONS: Readonly<Record<UiNoun, Section>> = {
  incidents: {
    name: 'Incidents',
    all: (address) => <IncidentsPage address={address} />,
    one: ({ id, address }) => <IncidentPage key={id} id={id} address={address} />,
  },
  anomalies: {
    name: 'Anomalies',
    all: (address) => <AnomaliesPage address={address} />,
    one: ({ id }) => <AnomalyPage key={id} id={id} />,
  },
  series: {
    name: 'Series',
    all: (address) => <SeriesListPage address={address} />,
    one: ({ id, address }) => <SeriesPage key={id} id={id} address={address} />,
  },
  models: {
    name: 'Models',
    all: (address) => <ModelsPage address={address} />,
    one: ({ id }) => <ModelPage key={id} id={id} />,
  },
};

export function App() {
  const address = useAddress();
  const route = routeOf(address.pathname);
  const name = nameOf(route);
  useEffect(() => {
    document.title = name === undefined ? 'SAIMon' : `${name} · SAIMon`;
    // On a phone the names of all pages do not fit beside one another.
    const current = document.querySelector('nav [aria-current=page]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [name]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="bar">
        <a class="brand" href="/">
          SAIMon
        </a>
        <nav aria-label="Pages">
          <NavLink href="/" name="Overview" current={name} />
          {Object.entries(SECTIONS).map(([noun, section]) => (
            <NavLink key={noun} href={`/${noun}`} name={section.name} current={name} />
          ))}
        </nav>
        <a class="aside" href="/docs">
          API
        </a>
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1}>
        {pageOf(route, address)}
      </main>
    </>
  );
}

interface NavLinkProps {
  readonly href: string;
  readonly name: string;
  readonly current: string | undefined;
}

function NavLink({ href, name, current }: NavLinkProps) {
  return (
    <a href={href} aria-current={name === current ? 'page' : undefined}>
      {name}
    </a>
  );
}

function nameOf(route: Route): string | undefined {
  if (route.page === 'unknown') return undefined;
  return route.page === 'overview' ? 'Overview' : SECTIONS[route.noun].name;
}

function pageOf(route: Route, address: URL): ComponentChildren {
  if (route.page === 'overview') return <OverviewPage address={address} />;
  if (route.page === 'unknown') return <NoSuchPage />;
  const { all, one } = SECTIONS[route.noun];
  return route.page === 'all' ? all(address) : one?.({ id: route.id, address });
}

function NoSuchPage() {
  return (
    <Empty title="There is no such page">
      Go to the <a href="/">overview</a>, or look through the <a href="/series">series</a>.
    </Empty>
  );
}
