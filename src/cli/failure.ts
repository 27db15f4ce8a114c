/** The command line asks for what cannot be: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 2 = wrong use or configuration, 1 = it failed. */
export function exitCodeOf(error: unknown): 1 | 2 {
  const name = error instanceof Error ? error.name : '';
  return name === 'UsageError' || name === 'ConfigError' ? 2 : 1;
}

/** One clear line; the stack only for those who debug. */
export function failureText(error: unknown, { stack }: { readonly stack: boolean }): string {
  if (!(error instanceof Error)) return `saimon: ${String(error)}`;
  const text = error.message
    .split('\n')
    .map((line) => `saimon: ${line}`)
    .join('\n');
  return stack && error.stack !== undefined ? `${text}\n${error.stack}` : text;
}
