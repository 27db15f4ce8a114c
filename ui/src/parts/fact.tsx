import type { ComponentChildren } from 'preact';

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

/** One figure with its name, within a `dl`. */
export function Fact({ name, children }: FactProps) {
  return (
    <div class="card fact">
      <dt class="soft">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
