import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { parseDuration } from '../../base/duration.ts';
import { SourceError } from '../errors.ts';
import { AGGREGATIONS } from './aggregate.ts';
import { isCall } from './call-arguments.ts';
import type { Aggregation, Binary, Expression, Grouping, ManySide, Window } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { type LabelMatcher, labelMatcher, type MatchOperator } from './label-matcher.ts';
import { OPERATORS } from './operators.ts';
import { RANGE_FUNCTIONS } from './range-functions.ts';
import { onRightmost } from './rightmost.ts';
import { SET_OPERATORS } from './set-operators.ts';
import { unquote } from './string-literal.ts';

/** Deep enough for anybody, shallow enough for the stack. */
const DEEPEST = 100;
const LONGEST_QUOTE = 60;
const DEFAULT_SUBQUERY_STEP_MS = 60_000;
const KNOWN = [
  ['selectors'],
  [...RANGE_FUNCTIONS.keys()],
  [...FUNCTIONS.keys()],
  [...AGGREGATIONS.keys()],
  ['arithmetic, comparisons', ...SET_OPERATORS],
]
  .flat()
  .join(', ');
const MATCH_OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

/**
 * The tree of a PromQL text. Throws SourceError `rejected` that says where it is no PromQL, or which
 * part of it SAIMon's own evaluator does not know.
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
      case 'StringLiteral':
        return { kind: 'text', value: unquote(this.#text(node)) };
      case 'VectorSelector':
        return { kind: 'selector', matchers: this.#matchers(node), offsetMs: 0 };
      case 'MatrixSelector':
      case 'SubqueryExpr':
        return this.#window(node, inner);
      case 'OffsetExpr':
        return this.#offset(node, inner);
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

  #window(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Expression {
    const [operand] = children(node);
    const [range, step] = node.getChildren('DurationExpr');
    if (!operand || !range) throw this.#unknown(node);
    const rangeMs = this.#durationMs(range);
    const ownStepMs = step ? this.#durationMs(step) : DEFAULT_SUBQUERY_STEP_MS;
    const stepMs = node.name === 'SubqueryExpr' ? ownStepMs : undefined;
    const windowOf = (of: Expression): Window => ({
      kind: 'window',
      of,
      rangeMs,
      stepMs,
      offsetMs: 0,
    });
    return onRightmost(operand, inner(operand), windowOf);
  }

  #offset(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Expression {
    const [operand] = children(node);
    const by = node.getChild('OffsetDurationExpr');
    if (!operand || !by) throw this.#unknown(node);
    const offsetMs = this.#signedDurationMs(by);
    return onRightmost(operand, inner(operand), (of) => {
      if (of.kind !== 'selector' && of.kind !== 'window') throw this.#unknown(node);
      return { ...of, offsetMs };
    });
  }

  #call(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Expression {
    const name = this.#text(node.getChild('FunctionIdentifier') ?? node);
    const args = children(node.getChild('FunctionCallBody')).map(inner);
    if (!isCall(name, args)) throw this.#unknown(node);
    return { kind: 'call', name, args };
  }

  #aggregation(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Aggregation {
    const operator = this.#text(node.getChild('AggregateOp') ?? node);
    const args = children(node.getChild('FunctionCallBody'));
    const known = AGGREGATIONS.get(operator);
    const argument = args.at(-1);
    if (!known || !argument || args.length !== (known.takesParameter ? 2 : 1)) {
      throw this.#unknown(node);
    }
    const modifier = node.getChild('AggregateModifier');
    const grouping = modifier ? this.#grouping(modifier) : { keep: true, labels: [] };
    const parameter = known.takesParameter && args[0] ? inner(args[0]) : undefined;
    return { kind: 'aggregation', operator, grouping, parameter, argument: inner(argument) };
  }

  #binary(node: SyntaxNode, inner: (node: SyntaxNode) => Expression): Binary {
    const { firstChild, lastChild } = node;
    const operatorNode = firstChild?.nextSibling;
    const operator = operatorNode ? this.#text(operatorNode) : '';
    const isSet = SET_OPERATORS.has(operator);
    if (!firstChild || !lastChild || !(isSet || OPERATORS.has(operator))) {
      throw this.#unknown(node);
    }
    const modifier = node.getChild('MatchingModifierClause');
    return {
      kind: 'binary',
      operator,
      left: inner(firstChild),
      right: inner(lastChild),
      matching: modifier ? this.#grouping(modifier) : undefined,
      many: modifier ? this.#manySide(modifier) : undefined,
      bool: node.getChild('BoolModifier') !== null,
    };
  }

  #manySide(modifier: SyntaxNode): ManySide | undefined {
    const side = modifier.getChild('GroupLeft') ? 'left' : 'right';
    const grouped = modifier.getChild('GroupLeft') ?? modifier.getChild('GroupRight');
    if (!grouped) return undefined;
    const include = modifier
      .getChildren('GroupingLabels')
      .find((labels) => labels.from > grouped.from);
    return { side, include: include ? this.#labelNames(include) : [] };
  }

  #grouping(modifier: SyntaxNode): Grouping {
    const keep = modifier.getChild('By') !== null || modifier.getChild('On') !== null;
    const labels = this.#labelNames(modifier.getChild('GroupingLabels') ?? modifier);
    return { keep, labels };
  }

  #labelNames(list: SyntaxNode): string[] {
    return children(list)
      .filter(({ name }) => name === 'LabelName' || name === 'QuotedLabelName')
      .map((label) => this.#name(label));
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

  #signedDurationMs(node: SyntaxNode): number {
    const inside = node.getChild('OffsetDurationExpr');
    if (!inside) return this.#durationMs(node);
    return (this.#text(node).startsWith('-') ? -1 : 1) * this.#signedDurationMs(inside);
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
      `Cannot evaluate ${text}: SAIMon itself knows ${known}; a Prometheus knows all of PromQL`,
    );
  }
}

/** The children that mean something by themselves. */
function children(node: SyntaxNode | null): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling) found.push(child);
  return found;
}
