import { compileMatchers, type Matcher, parseMatcher } from '../core/routing/matcher.ts';
import { unusable } from './api-error.ts';

/** A matcher of a request, as an object or as text; refused with what is wrong at its place. */
export function readMatcher(given: Matcher | string, place: readonly (string | number)[]): Matcher {
  try {
    if (typeof given === 'string') return parseMatcher(given);
    compileMatchers([given]);
    return given;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unusable(place, error.message);
  }
}
