import type { Series } from '../../../src/contract/series.ts';

interface SeriesNameProps {
  readonly name: string | null;
  readonly labels: Series['labels'];
}

/** The alias of the query, and the labels that tell its series apart. */
export function SeriesName({ name, labels }: SeriesNameProps) {
  const told = Object.entries(labels).filter(([label]) => label !== '__name__');
  return (
    <span class="series-name">
      <span class="alias">{name ?? 'Unknown metric'}</span>
      {told.map(([label, value]) => (
        <span key={label} class="label">
          <span class="soft">{label}</span> {value}
        </span>
      ))}
    </span>
  );
}
