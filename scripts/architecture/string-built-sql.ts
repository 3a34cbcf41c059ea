import ts from 'typescript';
import { lineOf } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';
import { isProduct } from './source-tree.ts';

/** Methods that run a string as SQL. */
const RAW_METHODS = new Set(['prepare', 'query', 'executeQuery', 'raw']);
const STATEMENT =
  /^\s*(select\b[\s\S]*\bfrom\b|insert\s+(or\s+\w+\s+)?into\b|update\s+\S+\s+set\b|delete\s+from\b|(create|alter|drop)\s+(unique\s+|virtual\s+|temp\w*\s+)?(table|index|view|trigger|database|schema|role)\b|pragma\s|attach\s|vacuum\s+into\b|truncate\s)/i;

/** Values reach SQL as bound parameters, never as text: a string put together is an injection waiting. */
export const stringBuiltSql: Rule = {
  name: 'string-built-sql',
  appliesTo: isProduct,
  check({ syntax }) {
    const findings: Finding[] = [];
    const visit = (node: ts.Node): void => {
      const reason = judge(node);
      if (syntax && reason) findings.push({ line: lineOf(syntax, node), message: reason });
      else ts.forEachChild(node, visit);
    };
    if (syntax) visit(syntax);
    return findings;
  },
};

function judge(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node)) return judgeCall(node);
  if (isAssembled(node) && STATEMENT.test(textOf(node)) && !isSafelyTagged(node)) {
    return 'SQL is put together from strings; bind the values.';
  }
  return undefined;
}

function judgeCall(call: ts.CallExpression): string | undefined {
  const [argument] = call.arguments;
  if (!argument || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  const { name, expression } = call.expression;
  const isSqlRaw = name.text === 'raw' && ts.isIdentifier(expression) && expression.text === 'sql';
  if (isSqlRaw && !ts.isStringLiteralLike(argument))
    return 'sql.raw() takes a literal only; use sql.ref, sql.id or a bound value.';
  if (RAW_METHODS.has(name.text) && isAssembled(argument))
    return `.${name.text}() gets a string put together; bind the values.`;
  // RegExp has an exec too, so here the receiver decides.
  const isDatabaseExec =
    name.text === 'exec' && !/regex|regular|pattern|expression|\/[a-z]*$/i.test(expression.getText());
  return isDatabaseExec && isAssembled(argument) ? '.exec() gets a string put together; bind the values.' : undefined;
}

/** A template with a hole, or a concatenation with something that is not a literal. */
function isAssembled(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) return true;
  if (ts.isParenthesizedExpression(node)) return isAssembled(node.expression);
  return isConcatenation(node) && !(isLiteral(node.left) && isLiteral(node.right));
}

function isConcatenation(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function isLiteral(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || (isConcatenation(node) && isLiteral(node.left) && isLiteral(node.right));
}

function isSafelyTagged(node: ts.Node): boolean {
  return ts.isTaggedTemplateExpression(node.parent) && !node.parent.tag.getText().endsWith('raw');
}

/** The literal text with a `?` for every hole. */
function textOf(node: ts.Node): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => `?${span.literal.text}`).join('');
  if (isConcatenation(node)) return textOf(node.left) + textOf(node.right);
  return '?';
}
