import { go, withParameters } from '../navigation.ts';

interface ToggleProps {
  readonly address: URL;
  /** The parameter that is `1` while it is on. */
  readonly name: string;
  readonly label: string;
}

/** Something that is shown or not, as the address says. */
export function Toggle({ address, name, label }: ToggleProps) {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        checked={isOn(address, name)}
        onChange={({ currentTarget: { checked } }) =>
          go(withParameters(address, { [name]: checked ? '1' : '' }))
        }
      />
      {label}
    </label>
  );
}

export function isOn({ searchParams }: URL, name: string): boolean {
  return searchParams.get(name) === '1';
}
