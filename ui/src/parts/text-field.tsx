import { useId } from 'preact/hooks';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onType: (value: string) => void;
  /** What the server says of it. */
  readonly complaint?: string | undefined;
  /** What to write, beneath it. */
  readonly hint?: string | undefined;
  readonly type?: 'text' | 'password' | 'datetime-local';
  readonly lines?: number;
  readonly grows?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string | undefined;
  readonly maxLength?: number;
}

/** A field to write in, with what is wrong with it beneath. */
export function TextField({
  label,
  value,
  onType,
  complaint,
  hint,
  type = 'text',
  lines = 1,
  grows = false,
  ...more
}: TextFieldProps) {
  const id = useId();
  const told = complaint ?? hint;
  const same = {
    id,
    value,
    ...more,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onType(currentTarget.value),
    'aria-invalid': complaint !== undefined,
    'aria-describedby': told === undefined ? undefined : `${id}-told`,
  };
  return (
    <div class={grows ? 'field grows' : 'field'}>
      <label for={id}>{label}</label>
      {lines > 1 && <textarea {...same} rows={lines} />}
      {lines === 1 && type === 'text' && <input {...same} type="text" />}
      {type === 'password' && <input {...same} type="password" autoComplete="off" />}
      {type === 'datetime-local' && <input {...same} type="datetime-local" />}
      {told !== undefined && (
        <span id={`${id}-told`} class={complaint === undefined ? 'soft hint' : 'complaint'}>
          {told}
        </span>
      )}
    </div>
  );
}
