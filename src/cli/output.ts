/** Everything the program writes to the terminal: answers on stdout, all else on stderr. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, process.stdout.isTTY ? 2 : undefined));
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows as aligned columns; numbers should come as text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;

/** Colour where a terminal shows it and nobody asked for none. */
export function paint(colour: keyof typeof COLOURS, text: string, stream = process.stdout): string {
  return stream.isTTY && !process.env['NO_COLOR']
    ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m`
    : text;
}

/** `12.3`, `0.00123`, `1.2e+9`: four digits that matter. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return String(Number(value.toPrecision(4)));
}

/** UTC to the second, `2026-11-22 21:30:05`. */
export function timeText(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : '–';
}
