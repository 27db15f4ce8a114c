import type { Labels } from '../labels.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** What one label must be, as in Prometheus; a label that is missing is empty. */
export interface Matcher {
  readonly name: string;
  readonly op: MatchOperator;
  readonly value: string;
}

/** Longest pattern, and longest value that a pattern is held against: what is longer does not match. */
const LONGEST_PATTERN = 256;
const LONGEST_VALUE = 512;
/** With three `.*` the longest value takes some milliseconds, with each more some hundred times as long. */
const MOST_REPEATS = 3;
const TEXT = /^\s*([A-Za-z_][\w]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"]*?)\s*$/s;

/** Reads `severity=~"high|critical"`; the quotes may be left out. RangeError otherwise. */
export function parseMatcher(text: string): Matcher {
  const [, name, op, quoted = ''] = TEXT.exec(text) ?? [];
  if (name === undefined || !isOperator(op)) {
    throw new RangeError(
      `Cannot read matcher "${text}": expected a label, one of = != =~ !~ and a value, such as severity=~"high|critical"`,
    );
  }
  const value = quoted.startsWith('"')
    ? quoted.slice(1, -1).replaceAll(/\\(.)/gs, (_, sign: string) => (sign === 'n' ? '\n' : sign))
    : quoted;
  const matcher = { name, op, value };
  compileMatchers([matcher]);
  return matcher;
}

function isOperator(op: string | undefined): op is MatchOperator {
  return op === '=' || op === '!=' || op === '=~' || op === '!~';
}

/** The text that `parseMatcher` reads. */
export function matcherText({ name, op, value }: Matcher): string {
  return `${name}${op}${JSON.stringify(value)}`;
}

/** Whether a label set meets all of `matchers`; none: every label set does. RangeError for a pattern that cannot be used. */
export function compileMatchers(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(({ name, op, value }) => {
    const pattern = op === '=~' || op === '!~' ? anchored(value) : undefined;
    const wanted = op === '=' || op === '=~';
    const meets = (own: string): boolean =>
      pattern ? own.length <= LONGEST_VALUE && pattern.test(own) : own === value;
    return (labels: Labels): boolean => meets(labels[name] ?? '') === wanted;
  });
  return (labels) => tests.every((test) => test(labels));
}

/** A pattern for whole values that no value makes slow: without what lets a regular expression try exponentially many ways. */
function anchored(pattern: string): RegExp {
  const fault = faultOf(pattern);
  if (fault !== undefined) throw new RangeError(`Cannot use pattern "${pattern}": ${fault}`);
  try {
    return new RegExp(`^(?:${pattern})$`, 'su');
  } catch (cause) {
    const expected = 'expected a regular expression such as web-.*|db-1';
    throw new RangeError(`Cannot use pattern "${pattern}": ${expected}`, { cause });
  }
}

function faultOf(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN)
    return `expected at most ${LONGEST_PATTERN} characters, got ${pattern.length}`;
  // Neither escaped signs nor those of a character class mean anything here.
  const bare = pattern.replaceAll(/\\[1-9k]/g, '\\').replaceAll(/\\[^]/g, 'x');
  const open = bare.replaceAll(/\[\^?\]?[^\]]*\]/g, 'x');
  if (/\\/.test(open) || /\(\?[=!<]/.test(open)) return 'expected no references and no look-around';
  if (/\)(?:[*+]|\{)/.test(open)) return 'expected no repeated group';
  const repeats = open.match(/[*+]|\{\d*,?\d*\}/g)?.length ?? 0;
  return repeats > MOST_REPEATS ? `expected at most ${MOST_REPEATS} repeats` : undefined;
}
