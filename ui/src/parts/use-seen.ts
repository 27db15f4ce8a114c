import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Whether an element was scrolled near to at some time: what is far below need not be asked for yet. */
export function useSeen(): {
  readonly place: RefObject<HTMLLIElement | null>;
  readonly seen: boolean;
} {
  const place = useRef<HTMLLIElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen || place.current === null) return undefined;
    const watching = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true),
      { rootMargin: '300px' },
    );
    watching.observe(place.current);
    return () => watching.disconnect();
  }, [seen]);
  return { place, seen };
}
