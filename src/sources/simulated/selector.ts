import type { Labels } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';

/** A metric name with label matchers, the only PromQL that the simulated source speaks. */
export interface Selector {
  readonly name: string;
  matches(labels: Labels): boolean;
}

const SELECTOR = /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?\s*$/s;
const MATCHER = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/;

/** Parses `name` or `name{label="value", other!~"expression"}`. SourceError `rejected` for anything else. */
export function parseSelector(expr: string): Selector {
  const found = SELECTOR.exec(expr);
  if (found?.[1] === undefined) throw refusal(expr);
  const tests: ((labels: Labels) => boolean)[] = [];
  let rest = found[2] ?? '';
  while (rest.trim() !== '') {
    const matcher = MATCHER.exec(rest);
    if (matcher === null) throw refusal(expr);
    tests.push(toTest(matcher, expr));
    rest = rest.slice(matcher[0].length);
  }
  return { name: found[1], matches: (labels) => tests.every((test) => test(labels)) };
}

function toTest(matcher: RegExpExecArray, expr: string): (labels: Labels) => boolean {
  const [, name = '', operator, quoted = ''] = matcher;
  const wanted = quoted.replace(/\\(.)/g, '$1');
  if (operator === '=') return (labels) => (labels[name] ?? '') === wanted;
  if (operator === '!=') return (labels) => (labels[name] ?? '') !== wanted;
  const pattern = anchored(wanted, expr);
  return (labels) => pattern.test(labels[name] ?? '') === (operator === '=~');
}

function anchored(pattern: string, expr: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch (cause) {
    throw refusal(expr, cause);
  }
}

function refusal(expr: string, cause?: unknown): SourceError {
  const message = `Cannot query the simulated estate for ${expr}: expected a metric name with label matchers such as shop_request_rate{route="/cart"}`;
  return new SourceError('rejected', message, { cause });
}
