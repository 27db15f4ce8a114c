import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useAddress } from './navigation.ts';
import { OverviewPage } from './pages/overview.tsx';
import { NavigationBar } from './parts/navigation-bar.tsx';
import { Empty } from './parts/notice.tsx';
import { type Route, routeOf } from './route.ts';
import { SECTIONS } from './sections.tsx';

export function App() {
  const address = useAddress();
  const route = routeOf(address.pathname);
  const name = nameOf(route);
  useEffect(() => {
    document.title = name === undefined ? 'SAIMon' : `${name} · SAIMon`;
  }, [name]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <NavigationBar current={name} />
      <main id="main" tabIndex={-1}>
        {pageOf(route, address)}
      </main>
    </>
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
