/**
 * Remainder of whole numbers below 2^31, never negative: numbers of hours, days and blocks, also before 1970. As a division of
 * floating-point numbers it would take ten times as long.
 */
export function modulo(number: number, divisor: number): number {
  const rest = (number | 0) % (divisor | 0);
  return rest < 0 ? rest + divisor : rest;
}
