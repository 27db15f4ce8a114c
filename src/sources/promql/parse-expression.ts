import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseDuration } from '../../base/duration.ts';
import { SourceError } from '../errors.ts';
import { AGGREGATIONS } from './aggregate.ts';
import type { Aggregation, Binary, Expression, Grouping } from './expression.ts';
import { type LabelMatcher, labelMatcher, type MatchOperator } from './label-matcher.ts';
import { OPERATORS } from './operators.ts';
import { RANGE_FUNCTIONS } from './range-functions.ts';
import { unquote } from './string-literal.ts';
import { VALUE_FUNCTIONS } from './value-functions.ts';

/** Its series come behind its number, unlike in all other functions. */
export const HISTOGRAM_QUANTILE = 'histogram_quantile';
/** Deep enough for anybody, shallow enough for the stack. */
const DEEPEST = 100;
const LONGEST_QUOTE = 60;
const KNOWN = [
  ['selectors'],
  [...RANGE_FUNCTIONS.keys()],
  [...VALUE_FUNCTIONS.keys()],
  [HISTOGRAM_QUANTILE],
  [...AGGREGATIONS.keys()],
  ['arithmetic, comparisons'],
]
  .flat()
  .join(', ');
const MATCH_OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

/**
 * The tree of a PromQL text. Throws SourceError `rejected` that says where it is no PromQL, or which
 * part of it the embedded collector does not know.
 */
export function parseExpression(text: string): Expression {
  const tree = parser.parse(text);
  tree.iterate({
    enter(node) {
      if (node.type.isError) throw syntaxError(text, node.from);
    },
  });
  const root = tree.topNode.firstChild;
  if (!root) throw syntaxError(text, 0);
  return new TreeReader(text).read(root, 0);
}

function syntaxError(text: string, at: number): SourceError {
  const where = text.slice(at).trim() === '' ? 'the end' : JSON.stringify(text.slice(at, at + 20));
  const quoted = JSON.stringify(text);
  return new SourceError('rejected', `Cannot parse PromQL ${quoted}: did not expect ${where}`);
}

class TreeReader {
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  read(node: SyntaxNode, depth: number): Expression {
    if (depth > DEEPEST) throw this.#unknown(node, 'expressions nested less deeply');
    const inner = (child: SyntaxNode) => this.read(child, depth + 1);
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: this.#number(node) };
      case 'ParenExpr':
        return inner(this.#only(node));
      case 'UnaryExpr':
        return this.#unary(node, inner);
      case 'VectorSelector':
        return { kind: 'selector', matchers: this.#matchers(node) };
      case 'FunctionCall':
        return this.#call(node, inner);
      case 'AggregateExpr':
        return this.#aggregation(node, inner);
      case 'BinaryExpr':
        return this.#binary(node, inner);
      default:
        throw this.#unknown(node);
    }
  }

  #unary(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Expression {
    const argument = inner(node.lastChild ?? node);
    return this.#text(node).startsWith('-') ? { kind: 'negation', argument } : argument;
  }

  #call(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Expression {
    const name = this.#text(node.getChild('FunctionIdentifier') ?? node);
    const [argument, ...bounds] = children(node.getChild('FunctionCallBody') ?? node);
    if (!argument) throw this.#unknown(node);
    if (RANGE_FUNCTIONS.has(name)) {
      if (argument.name !== 'MatrixSelector' || bounds.length > 0) throw this.#unknown(node);
      const selector = argument.getChild('VectorSelector');
      const range = argument.getChild('DurationExpr');
      if (!selector || !range) throw this.#unknown(node);
      const rangeMs = this.#durationMs(range);
      return { kind: 'range-call', name, matchers: this.#matchers(selector), rangeMs };
    }
    if (name === HISTOGRAM_QUANTILE && bounds.length === 1) {
      return { kind: 'call', name, argument: inner(bounds[0] ?? node), bounds: [inner(argument)] };
    }
    if (VALUE_FUNCTIONS.get(name)?.bounds !== bounds.length) throw this.#unknown(node);
    return { kind: 'call', name, argument: inner(argument), bounds: bounds.map(inner) };
  }

  #aggregation(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Aggregation {
    const operator = this.#text(node.getChild('AggregateOp') ?? node);
    const [argument, parameter] = children(node.getChild('FunctionCallBody') ?? node);
    if (!AGGREGATIONS.has(operator) || !argument || parameter) throw this.#unknown(node);
    const modifier = node.getChild('AggregateModifier');
    const grouping = modifier ? this.#grouping(modifier) : { keep: true, labels: [] };
    return { kind: 'aggregation', operator, grouping, argument: inner(argument) };
  }

  #binary(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Binary {
    const { firstChild, lastChild } = node;
    const operator = firstChild?.nextSibling;
    const modifier = node.getChild('MatchingModifierClause');
    const grouped = modifier?.getChild('GroupLeft') ?? modifier?.getChild('GroupRight');
    if (!firstChild || !lastChild || !operator || grouped || !OPERATORS.has(this.#text(operator))) {
      throw this.#unknown(node, grouped ? 'one-to-one matching' : KNOWN);
    }
    return {
      kind: 'binary',
      operator: this.#text(operator),
      left: inner(firstChild),
      right: inner(lastChild),
      matching: modifier ? this.#grouping(modifier) : undefined,
      bool: node.getChild('BoolModifier') !== null,
    };
  }

  #grouping(modifier: SyntaxNode): Grouping {
    const keep = modifier.getChild('By') !== null || modifier.getChild('On') !== null;
    const labels = children(modifier.getChild('GroupingLabels') ?? modifier)
      .filter(({ name }) => name === 'LabelName' || name === 'QuotedLabelName')
      .map((label) => this.#name(label));
    return { keep, labels };
  }

  #matchers(selector: SyntaxNode): LabelMatcher[] {
    const matchers: LabelMatcher[] = [];
    const name = selector.getChild('Identifier');
    if (name) matchers.push(labelMatcher('__name__', '=', this.#text(name)));
    for (const node of children(selector.getChild('LabelMatchers'))) {
      if (node.name === 'QuotedLabelName') {
        matchers.push(labelMatcher('__name__', '=', this.#name(node)));
        continue;
      }
      const label = node.firstChild;
      const operator = node.getChild('MatchOp');
      const value = node.getChild('StringLiteral');
      if (!label || !operator || !value) throw this.#unknown(node);
      matchers.push(this.#matcher(node, { label, operator, value }));
    }
    if (matchers.every(({ matches }) => matches(''))) {
      throw this.#unknown(selector, 'selectors with a name or a label that is not empty');
    }
    return matchers;
  }

  #matcher(
    node: SyntaxNode,
    parts: {
      readonly label: SyntaxNode;
      readonly operator: SyntaxNode;
      readonly value: SyntaxNode;
    },
  ): LabelMatcher {
    const operator = MATCH_OPERATORS.find((known) => known === this.#text(parts.operator));
    if (!operator) throw this.#unknown(node);
    try {
      return labelMatcher(this.#name(parts.label), operator, unquote(this.#text(parts.value)));
    } catch {
      throw this.#unknown(node, 'regular expressions that JavaScript knows too');
    }
  }

  #name(node: SyntaxNode): string {
    const text = this.#text(node);
    return node.name === 'QuotedLabelName' ? unquote(text) : text;
  }

  /** `5m`, or seconds without a unit. */
  #durationMs(node: SyntaxNode): number {
    const text = this.#text(node);
    const seconds = Number(text);
    try {
      return Number.isNaN(seconds) ? parseDuration(text) : seconds * 1000;
    } catch {
      throw this.#unknown(node, 'durations such as 5m');
    }
  }

  #number(node: SyntaxNode): number {
    const text = this.#text(node).toLowerCase();
    if (text === 'nan') return Number.NaN;
    if (text === 'inf') return Infinity;
    const value = Number(text);
    return Number.isNaN(value) ? this.#durationMs(node) / 1000 : value;
  }

  #only(node: SyntaxNode): SyntaxNode {
    const [child] = children(node);
    if (!child) throw this.#unknown(node);
    return child;
  }

  #text(node: SyntaxNode): string {
    return this.#source.slice(node.from, node.to);
  }

  #unknown(node: SyntaxNode, known = KNOWN): SourceError {
    const name = node.getChild('FunctionIdentifier') ?? node.getChild('AggregateOp');
    const text = name ? `${this.#text(name)}(...)` : this.#text(node).slice(0, LONGEST_QUOTE);
    return new SourceError(
      'rejected',
      `Cannot evaluate ${text}: the embedded collector knows ${known}; connect a Prometheus for all of PromQL`,
    );
  }
}

/** The children that mean something by themselves. */
function children(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling) found.push(child);
  return found;
}
