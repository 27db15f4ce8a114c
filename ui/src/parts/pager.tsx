import { withParameters } from '../navigation.ts';

interface PagerProps {
  readonly address: URL;
  readonly page: { readonly total: number; readonly skip: number; readonly limit: number };
}

/** Which part of a list is shown, and the ways to the others. */
export function Pager({ address, page: { total, skip, limit } }: PagerProps) {
  if (total <= limit && skip === 0) return null;
  const to = (first: number): string =>
    withParameters(address, { skip: first > 0 ? String(first) : '' });
  return (
    <nav class="pager" aria-label="Parts of the list">
      {skip > 0 && <a href={to(Math.max(0, skip - limit))}>Previous</a>}
      <span class="soft">
        {Math.min(skip + 1, total)} to {Math.min(skip + limit, total)} of {total}
      </span>
      {skip + limit < total && <a href={to(skip + limit)}>Next</a>}
    </nav>
  );
}
