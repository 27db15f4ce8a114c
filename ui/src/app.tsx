import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useAddress } from './navigation.ts';
import { AnomaliesPage } from './pages/anomalies.tsx';
import { AnomalyPage } from './pages/anomaly.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { SeriesPage } from './pages/series.tsx';
import { SeriesListPage } from './pages/series-list.tsx';
import { Empty } from './parts/notice.tsx';
import { ThemeSwitch } from './parts/theme-switch.tsx';
import { type Route, routeOf } from './route.ts';

const SECTIONS = [
  { href: '/', name: 'Overview', pages: ['overview'] },
  { href: '/anomalies', name: 'Anomalies', pages: ['anomalies', 'anomaly'] },
  { href: '/series', name: 'Series', pages: ['series-list', 'series'] },
];

export function App() {
  const address = useAddress();
  const route = routeOf(address.pathname);
  const section = SECTIONS.find(({ pages }) => pages.includes(route.page));
  useEffect(() => {
    document.title = section ? `${section.name} · SAIMon` : 'SAIMon';
  }, [section]);
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
          {SECTIONS.map((one) => (
            <a key={one.href} href={one.href} aria-current={one === section ? 'page' : undefined}>
              {one.name}
            </a>
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

function pageOf(route: Route, address: URL): ComponentChildren {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'anomalies':
      return <AnomaliesPage address={address} />;
    case 'anomaly':
      return <AnomalyPage key={route.id} id={route.id} />;
    case 'series-list':
      return <SeriesListPage address={address} />;
    case 'series':
      return <SeriesPage key={route.id} id={route.id} address={address} />;
    case 'unknown':
      break;
  }
  return <NoSuchPage />;
}

function NoSuchPage() {
  return (
    <Empty title="There is no such page">
      Go to the <a href="/">overview</a>, or look through the <a href="/series">series</a>.
    </Empty>
  );
}
