export type Operator =
  | { readonly kind: 'arithmetic'; readonly apply: (left: number, right: number) => number }
  | { readonly kind: 'comparison'; readonly apply: (left: number, right: number) => boolean };

const arithmetic = (apply: (left: number, right: number) => number): Operator => ({
  kind: 'arithmetic',
  apply,
});
const comparison = (apply: (left: number, right: number) => boolean): Operator => ({
  kind: 'comparison',
  apply,
});

/** The operators between numbers and series. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['+', arithmetic((left, right) => left + right)],
  ['-', arithmetic((left, right) => left - right)],
  ['*', arithmetic((left, right) => left * right)],
  ['/', arithmetic((left, right) => left / right)],
  ['%', arithmetic((left, right) => left % right)],
  ['^', arithmetic(power)],
  ['==', comparison((left, right) => left === right)],
  ['!=', comparison((left, right) => left !== right)],
  ['>', comparison((left, right) => left > right)],
  ['<', comparison((left, right) => left < right)],
  ['>=', comparison((left, right) => left >= right)],
  ['<=', comparison((left, right) => left <= right)],
]);

/** Unlike JavaScript, Prometheus has 1^NaN and (-1)^Inf as 1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}
