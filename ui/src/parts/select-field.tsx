interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  /** The text of each value; the empty value stands for any. */
  readonly choices: Readonly<Record<string, string>>;
  readonly onChoose: (value: string) => void;
}

export function SelectField({ label, value, choices, onChoose }: SelectFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {Object.entries(choices).map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
