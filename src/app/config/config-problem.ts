/** One thing wrong with the configuration and where: a file position, a variable or a flag. */
export interface ConfigProblem {
  /** `saimon.yml:3:10`, `API_PORT` or `--port`. */
  readonly where: string;
  /** Path of the key; empty when the file as a whole is meant. */
  readonly key: string;
  readonly message: string;
}

export function problemLine(problem: ConfigProblem): string {
  return `${problem.where}${problem.key === '' ? '' : ` ${problem.key}`}: ${problem.message}`;
}

/** The configuration cannot be used; `message` is one line per problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(problemLine).join('\n'));
    this.problems = problems;
  }
}

export type KeyPath = readonly (string | number)[];

/** `reader.queries.cpu.data_range[1]`. */
export function pathText(path: KeyPath): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('');
}
