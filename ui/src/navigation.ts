import { useEffect, useState } from 'preact/hooks';
import { routeOf } from './route.ts';

const MOVED = 'saimon:moved';

/** The address shown: all state that is worth keeping on reload and back lives in it. */
export function useAddress(): URL {
  const [href, setHref] = useState(location.href);
  useEffect(() => {
    const update = (): void => setHref(location.href);
    addEventListener('popstate', update);
    addEventListener(MOVED, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(MOVED, update);
    };
  }, []);
  return new URL(href);
}

/** Goes to a page of ours; `replace` leaves no step to come back to, as for each letter of a search. */
export function go(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  dispatchEvent(new Event(MOVED));
}

/** The address with some of its parameters changed; an empty one is left out. */
export function withParameters(address: URL, changes: Readonly<Record<string, string>>): string {
  const changed = new URL(address);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.pathname + changed.search;
}

/** Links to our pages are followed without loading anew; all others, and new tabs, are the browser's. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.origin !== location.origin || link.hash !== '') return;
    if (routeOf(link.pathname).page === 'unknown') return;
    event.preventDefault();
    go(link.pathname + link.search);
    scrollTo(0, 0);
    // A reader of the screen hears where it is now.
    document.querySelector('main')?.focus();
  });
}
