import { isUiNoun, UI_NOUNS, type UiNoun } from '../../src/contract/ui-address.ts';

/** A page of the UI, read from an address: the overview, all of a noun or one of them. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'unknown' }
  | { readonly page: 'all'; readonly noun: UiNoun }
  | { readonly page: 'one'; readonly noun: UiNoun; readonly id: number };

export function routeOf(path: string): Route {
  const [noun, id, ...rest] = path.split('/').filter((part) => part !== '');
  if (noun === undefined) return { page: 'overview' };
  if (rest.length > 0 || !isUiNoun(noun)) return { page: 'unknown' };
  if (id === undefined) return { page: 'all', noun };
  if (!UI_NOUNS[noun].one || !/^[1-9]\d*$/.test(id)) return { page: 'unknown' };
  return { page: 'one', noun, id: Number(id) };
}
