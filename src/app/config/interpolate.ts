export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$?\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * Puts environment variables in place of `${VAR}` and `${VAR:-default}`; `$${` stands for `${`.
 * An empty variable counts as unset where there is a default. Names that are unset are returned.
 */
export function interpolate(
  text: string,
  environment: Environment,
): { readonly text: string; readonly unset: readonly string[] } {
  const unset: string[] = [];
  const replaced = text.replace(REFERENCE, (whole, name: string, fallback: string | undefined) => {
    if (whole.startsWith('$$')) return whole.slice(1);
    const value = environment[name];
    if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
    if (value === undefined) unset.push(name);
    return value ?? '';
  });
  return { text: replaced, unset };
}
