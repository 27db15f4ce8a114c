import type { ComponentChild, ComponentChildren } from 'preact';
import { useAnswer } from '../api/use-answer.ts';
import { go, withParameters } from '../navigation.ts';
import { Answered, Empty } from './notice.tsx';
import { Pager } from './pager.tsx';
import { SelectField } from './select-field.tsx';

const ROWS = 50;

interface Page {
  readonly total: number;
  readonly skip: number;
  readonly limit: number;
}

export interface Filter {
  /** The parameter, of the address and of the route alike. */
  readonly name: string;
  readonly label: string;
  readonly choices: Readonly<Record<string, string>>;
}

interface FilteredListProps<List extends Page> {
  readonly address: URL;
  readonly title: string;
  /** `incidents`: the page and the route. */
  readonly noun: string;
  /** `incident` */
  readonly one: string;
  readonly filters: readonly Filter[];
  readonly rows: (list: List) => readonly ComponentChild[];
  /** What is said while there is none at all. */
  readonly none: { readonly title: string; readonly children: ComponentChildren };
}

/** All of something, the newest first; what is filtered stands in the address. */
export function FilteredList<List extends Page>({
  address,
  title,
  noun,
  one,
  filters,
  rows,
  none,
}: FilteredListProps<List>) {
  const chosen = (name: string): string => address.searchParams.get(name) ?? '';
  const asked = new URLSearchParams({ limit: String(ROWS), skip: chosen('skip') || '0' });
  const set = filters.filter(({ name }) => chosen(name) !== '');
  for (const { name } of set) asked.set(name, chosen(name));
  const list = useAnswer<List>(`/${noun}?${asked}`);
  return (
    <>
      <h1>{title}</h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        {filters.map(({ name, label, choices }) => (
          <SelectField
            key={name}
            label={label}
            value={chosen(name)}
            choices={choices}
            onChoose={(value) => go(withParameters(address, { [name]: value, skip: '' }))}
          />
        ))}
        {set.length > 0 && <a href={`/${noun}`}>Show all</a>}
      </form>
      <Answered of={list}>
        {(page) => (
          <>
            {page.total > 0 && <ul class="cards">{rows(page)}</ul>}
            {page.total === 0 && set.length > 0 && (
              <Empty title={`No ${one} is like this`}>
                <a href={`/${noun}`}>Show all {noun}</a>
              </Empty>
            )}
            {page.total === 0 && set.length === 0 && (
              <Empty title={none.title}>{none.children}</Empty>
            )}
            <Pager address={address} page={page} />
          </>
        )}
      </Answered>
    </>
  );
}
