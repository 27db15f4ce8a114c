import type { SyntaxNode } from '@lezer/common';
import type { Expression } from './expression.ts';

/**
 * What stands behind an operand belongs to the last one, `a - b offset 1h`: the grammar, made for editors,
 * takes it for a part of the whole.
 */
export function onRightmost(
  node: SyntaxNode,
  expression: Expression,
  apply: (operand: Expression) => Expression,
): Expression {
  const { lastChild } = node;
  if (lastChild && node.name === 'BinaryExpr' && expression.kind === 'binary') {
    return { ...expression, right: onRightmost(lastChild, expression.right, apply) };
  }
  if (lastChild && node.name === 'UnaryExpr' && expression.kind === 'negation') {
    return { ...expression, argument: onRightmost(lastChild, expression.argument, apply) };
  }
  return apply(expression);
}
