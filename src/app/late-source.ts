import type { Source } from '../sources/source.ts';

/** A source whose place another one can take, for a reload. */
export interface LateSource extends Source {
  readonly current: Source;
  /** Takes `source` from now on; gives the former one, which its owner closes. */
  replace(source: Source): Source;
}

export function createLateSource(first: Source): LateSource {
  let current = first;
  return {
    get current() {
      return current;
    },
    get kind() {
      return current.kind;
    },
    replace(source) {
      const former = current;
      current = source;
      return former;
    },
    queryRange: (request) => current.queryRange(request),
    health: (signal) => current.health(signal),
    presets: (signal) => current.presets(signal),
    discover: (signal) => current.discover(signal),
    close: () => current.close(),
  };
}
