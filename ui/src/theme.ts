export type Theme = 'system' | 'light' | 'dark';

const KEY = 'saimon.theme';
/** Told to charts, whose colours are drawn, not styled. */
export const THEME_CHANGED = 'saimon:theme';

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = chosenTheme();
  dispatchEvent(new Event(THEME_CHANGED));
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}
