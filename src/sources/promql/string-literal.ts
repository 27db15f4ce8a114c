const ESCAPE = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{3})|(.))/gis;
const LETTERS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text of a PromQL string in double, single or back quotes; escapes are those of Go. */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body;
  return body.replace(ESCAPE, (_, hex2, hex4, hex8, octal, letter: string | undefined) => {
    const hex = hex2 ?? hex4 ?? hex8;
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(String(octal), 8));
    return LETTERS[letter ?? ''] ?? letter ?? '';
  });
}
