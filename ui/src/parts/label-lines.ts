/** Labels as they are written, one a line: `host=db-1`. */
export function labelsOfLines(text: string): Record<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, name = '', value = ''] = PAIR.exec(line) ?? [];
      return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
    });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

/** The same labels as matchers. */
export function matchersOfLines(text: string): string[] {
  return Object.entries(labelsOfLines(text)).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
}

/** What is wrong with the first line that is no label; undefined when all are. */
export function faultOfLines(text: string): string | undefined {
  const wrong = text.split('\n').find((line) => line.trim() !== '' && !PAIR.test(line));
  return wrong === undefined ? undefined : `Cannot read "${wrong.trim()}": expected host=db-1`;
}

const PAIR = /^\s*([A-Za-z_]\w*)\s*=\s*(.*)$/;
