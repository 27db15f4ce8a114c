import { AREAS, type Area, SECTIONS } from '../sections.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

interface PageLink {
  readonly href: string;
  readonly name: string;
  readonly area: Area;
}

const PAGES: readonly PageLink[] = [
  { href: '/', name: 'Overview', area: 'Watch' },
  ...Object.entries(SECTIONS).map(([noun, { name, area }]) => ({ href: `/${noun}`, name, area })),
];

/** The areas, and the pages of the one that the reader is in: all pages at once would fit on no phone. */
export function NavigationBar({ current }: { readonly current: string | undefined }) {
  const area = PAGES.find(({ name }) => name === current)?.area ?? 'Watch';
  return (
    <header class="bar">
      <a class="brand" href="/">
        SAIMon
      </a>
      <nav class="areas" aria-label="Areas">
        {AREAS.map((one) => (
          <a key={one} href={firstOf(one)} aria-current={one === area ? 'true' : undefined}>
            {one}
          </a>
        ))}
      </nav>
      <a class="aside" href="/docs">
        API
      </a>
      <ThemeSwitch />
      <nav class="pages" aria-label="Pages">
        {PAGES.filter((page) => page.area === area).map(({ href, name }) => (
          <a key={href} href={href} aria-current={name === current ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}

function firstOf(area: Area): string {
  return PAGES.find((page) => page.area === area)?.href ?? '/';
}
