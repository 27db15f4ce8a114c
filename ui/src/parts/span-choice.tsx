import { withParameters } from '../navigation.ts';
import { drawnSpan, moved, SPANS, spanOf, spanParameters, USUAL, widened } from './span-of.ts';

interface SpanChoiceProps {
  readonly address: URL;
  readonly nowMs: number;
}

/** Ways to other spans: lengths up to now, earlier and later ones, a wider one. Drawing over the chart makes one too. */
export function SpanChoice({ address, nowMs }: SpanChoiceProps) {
  const drawn = drawnSpan(address);
  const chosen = drawn ? '' : (address.searchParams.get('span') ?? USUAL);
  const shown = spanOf(address, nowMs);
  const to = (span: typeof shown): string => withParameters(address, spanParameters(span));
  return (
    <nav class="spans" aria-label="Span">
      {Object.keys(SPANS).map((span) => (
        <a
          key={span}
          href={withParameters(address, { span, from: '', to: '' })}
          aria-current={span === chosen ? 'true' : undefined}
        >
          {span}
        </a>
      ))}
      <a href={to(moved(shown, -1, nowMs))} aria-label="Earlier">
        ←
      </a>
      {shown.endMs < nowMs && (
        <a href={to(moved(shown, 1, nowMs))} aria-label="Later">
          →
        </a>
      )}
      <a href={to(widened(shown, nowMs))} aria-label="Wider">
        −
      </a>
      <span class="soft hint">draw over the chart to look closer</span>
    </nav>
  );
}
