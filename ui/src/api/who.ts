const KEY = 'saimon.who';

/** Whose name stands on what is changed here: the one that was given last, in this browser. */
export function who(): string {
  return localStorage.getItem(KEY) ?? 'web';
}

export function keepWho(name: string): void {
  const trimmed = name.trim();
  if (trimmed === '') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, trimmed);
}

/** The path of a route that changes something, with who does it. */
export function asMe(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}user=${encodeURIComponent(who())}`;
}
