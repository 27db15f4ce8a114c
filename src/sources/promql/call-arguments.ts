import type { Expression } from './expression.ts';
import { FUNCTIONS, fits } from './functions.ts';
import { RANGE_FUNCTIONS, RANGE_PARAMETERS } from './range-functions.ts';

/** Whether there is such a function and it takes such arguments, as far as can be seen before they have values. */
export function isCall(name: string, args: readonly Expression[]): boolean {
  return RANGE_FUNCTIONS.has(name) ? fitsWindow(name, args) : fitsValues(name, args);
}

/** Whether the arguments are a window, and the number that some functions take before or behind it. */
function fitsWindow(name: string, args: readonly Expression[]): boolean {
  const place = RANGE_PARAMETERS.get(name);
  const window = place === 'first' ? args[1] : args[0];
  return window?.kind === 'window' && args.length === (place === undefined ? 1 : 2);
}

function fitsValues(name: string, args: readonly Expression[]): boolean {
  const known = FUNCTIONS.get(name);
  return known !== undefined && fits(known, args);
}
