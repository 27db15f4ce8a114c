/** A CSV file cannot be read or written; the message names file, line and column. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'access is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** The file system's refusal in words: `Cannot read a.csv: no such file or folder, expected a CSV file`. */
export function fileError(
  attempt: string,
  { cause, expected }: { readonly cause: unknown; readonly expected: string },
): CsvError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new CsvError(`${attempt}: ${REASONS[code] ?? code}, expected ${expected}`, { cause });
}
