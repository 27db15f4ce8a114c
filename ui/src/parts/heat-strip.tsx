import { moment } from '../format/time.ts';
import type { HeatRow, HeatSpan } from './heat-rows.ts';

interface HeatStripProps {
  readonly rows: readonly HeatRow[];
  readonly span: HeatSpan;
}

/** When each entity was how unusual, as rows of coloured slices. */
export function HeatStrip({ rows, span }: HeatStripProps) {
  const sliceMs = (span.endMs - span.startMs) / span.slices;
  return (
    <div class="heat card">
      {rows.map(({ name, cells }) => (
        <div key={name} class="heat-row">
          <span class="heat-name">{name}</span>
          <span class="cells" role="img" aria-label={`${name}: ${told(cells)}`}>
            {cells.map((severity, slice) => (
              <span
                // A slice has no name but its place.
                key={slice}
                class={severity}
                title={`${moment(span.startMs + slice * sliceMs)}: ${severity ?? 'nothing unusual'}`}
              />
            ))}
          </span>
        </div>
      ))}
      <div class="heat-row soft">
        <span />
        <span class="ends">
          <span>{moment(span.startMs)}</span>
          <span>now</span>
        </span>
      </div>
    </div>
  );
}

function told(cells: HeatRow['cells']): string {
  const unusual = cells.filter((cell) => cell !== undefined).length;
  return unusual === 0
    ? 'nothing unusual'
    : `unusual in ${unusual} of ${cells.length} slices of the span`;
}
