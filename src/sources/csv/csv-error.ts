/** A CSV file cannot be read or written; the message names file, line and column. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}
