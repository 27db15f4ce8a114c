import { withParameters } from '../navigation.ts';
import { SPANS, USUAL } from './span-of.ts';

/** Ways to other spans; drawing over the chart makes one too. */
export function SpanChoice({ address }: { readonly address: URL }) {
  const isDrawn = address.searchParams.has('from');
  const chosen = isDrawn ? '' : (address.searchParams.get('span') ?? USUAL);
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
      <span class="soft">{isDrawn ? 'a part of it' : 'draw over the chart to look closer'}</span>
    </nav>
  );
}
