import type { Silence } from '../../../src/contract/silence.ts';

export type Matcher = Silence['matchers'][number];

/** What a silence for anomalies is made of. */
export interface Hushed {
  readonly metric_name: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

export const OPERATORS = ['=', '!=', '=~', '!~'] as const;

/** The labels that all of them have in common, their queries among them; where they share none, their queries alone. */
export function matchersFor(hushed: readonly Hushed[]): Matcher[] {
  const all = hushed.map(({ metric_name: name, labels }) => ({
    ...(name !== null && { __name__: name }),
    ...labels,
  }));
  const [first = {}, ...others] = all;
  const shared = Object.entries(first)
    .filter(([label, value]) => others.every((one: Record<string, string>) => one[label] === value))
    .map(([name, value]) => ({ name, op: '=' as const, value }));
  if (shared.length > 0) return shared;
  const names = new Set(hushed.flatMap(({ metric_name: name }) => (name === null ? [] : [name])));
  return names.size === 0
    ? []
    : [{ name: '__name__', op: '=~', value: [...names].map(literally).join('|') }];
}

/** The page that silences the like of these, filled in. */
export function silenceLink(hushed: readonly Hushed[]): string {
  const parameters = matchersFor(hushed).map((one) => ['match', matcherText(one)]);
  return `/silences?${new URLSearchParams(parameters)}`;
}

export function matcherText({ name, op, value }: Matcher): string {
  return `${name}${op}${value}`;
}

/** The matchers that an address asks for; what cannot be read is left out. */
export function matchersOf({ searchParams }: Pick<URL, 'searchParams'>): Matcher[] {
  return searchParams.getAll('match').flatMap((text) => {
    const [, name, sign, value] = /^(\w+?)(=~|!~|!=|=)(.*)$/s.exec(text) ?? [];
    const op = OPERATORS.find((one) => one === sign);
    return name === undefined || op === undefined || value === undefined
      ? []
      : [{ name, op, value }];
  });
}

/** Matchers as the server reads them, without rows that are not begun; undefined while there is nothing to ask about. */
export function askable(matchers: readonly Matcher[]): string[] | undefined {
  const begun = matchers.filter(({ name }) => name !== '');
  if (begun.length === 0 || begun.some((one) => faultOf(one) !== undefined)) return undefined;
  return begun.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`);
}

/** What can be seen to be wrong with a matcher before it is sent; undefined when nothing. */
export function faultOf({ name, op, value }: Matcher): string | undefined {
  if (name !== '' && !/^[A-Za-z_]\w*$/.test(name))
    return 'Expected the name of a label: letters, digits and _';
  if (op === '=' || op === '!=') return undefined;
  try {
    RegExp(value, 'u');
    return undefined;
  } catch {
    return 'Expected a regular expression such as web-.*|db-1';
  }
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
