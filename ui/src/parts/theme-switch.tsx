import { useState } from 'preact/hooks';
import { chooseTheme, chosenTheme, type Theme } from '../theme.ts';

const CHOICES: readonly { readonly theme: Theme; readonly name: string }[] = [
  { theme: 'system', name: 'Auto' },
  { theme: 'light', name: 'Light' },
  { theme: 'dark', name: 'Dark' },
];

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme());
  return (
    <select
      class="theme"
      aria-label="Colours"
      value={theme}
      onChange={({ currentTarget }) => {
        const chosen = CHOICES.find((one) => one.theme === currentTarget.value)?.theme ?? 'system';
        chooseTheme(chosen);
        setTheme(chosen);
      }}
    >
      {CHOICES.map((one) => (
        <option key={one.theme} value={one.theme}>
          {one.name}
        </option>
      ))}
    </select>
  );
}
