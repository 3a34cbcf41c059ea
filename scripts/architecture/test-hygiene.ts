import ts from 'typescript';
import { lineOf } from './read-imports.ts';
import type { Finding, Rule } from './rule.ts';
import { isCode, isTest, type SourceFile } from './source-tree.ts';

/** The one place that may skip, because it prints the reason and CI forbids it. */
const SKIPS_WITH_A_REASON = 'test/support/optional.ts';
const RUNNERS = new Set(['test', 'it', 'describe', 'suite']);
const CONTEXTS = new Set(['context', 'ctx', 'task']);
const SWITCHES = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf']);
const PREFIXED = /^(xit|xtest|xdescribe|fit|fdescribe)$/;

/** A test that does not run proves nothing, and one that runs alone hides the others. */
export const skippedTests: Rule = {
  name: 'skipped-tests',
  appliesTo: (file) => isTest(file) && isCode(file) && file.path !== SKIPS_WITH_A_REASON,
  check: (file) => findAll(file, judgeSwitch),
};

/** A sleep is either too short on a busy machine or too long on every other: wait for the event instead. */
export const sleepingTests: Rule = {
  name: 'sleeping-tests',
  appliesTo: (file) => isTest(file) && isCode(file),
  check(file) {
    const imported = file.imports
      .filter(({ specifier }) => /^(node:)?timers\/promises$/.test(specifier))
      .filter(({ names }) => names.some((name) => ['setTimeout', 'scheduler', '*', 'default'].includes(name)))
      .map(({ line }) => ({ line, message: 'tests do not sleep; wait for the event or inject a clock.' }));
    return [...imported, ...findAll(file, judgeSleep)];
  },
};

function findAll({ syntax }: SourceFile, judge: (node: ts.Node) => string | undefined): Finding[] {
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const message = judge(node);
    if (syntax && message) findings.push({ line: lineOf(syntax, node), message });
    ts.forEachChild(node, visit);
  };
  if (syntax) visit(syntax);
  return findings;
}

function judgeSwitch(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && PREFIXED.test(node.expression.text)) {
    return `${node.expression.text}() switches tests off; delete the test or make it run.`;
  }
  if (!ts.isPropertyAccessExpression(node) || !SWITCHES.has(node.name.text)) return undefined;
  const root = rootOf(node.expression);
  const isSwitch = RUNNERS.has(root) || (CONTEXTS.has(root) && node.name.text === 'skip');
  return isSwitch ? `.${node.name.text} switches tests off; delete the test or use requires().` : undefined;
}

/** The identifier at the start of a chain: `test` for `test.concurrent.each(rows).skip`. */
function rootOf(node: ts.Expression): string {
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) return rootOf(node.expression);
  return ts.isIdentifier(node) ? node.text : '';
}

/** Finds `new Promise((resolve) => setTimeout(resolve, ms))` in its spellings. */
function judgeSleep(node: ts.Node): string | undefined {
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'Promise') return undefined;
  const executor = node.arguments?.[0];
  if (!executor || !(ts.isArrowFunction(executor) || ts.isFunctionExpression(executor))) return undefined;
  const resolve = executor.parameters[0]?.name.getText();
  const timer = soleCall(executor.body);
  if (!resolve || !timer || !/^(globalThis\.)?setTimeout$/.test(timer.expression.getText())) return undefined;
  const callback = timer.arguments[0];
  return callback && onlyCalls(callback, resolve)
    ? 'tests do not sleep; wait for the event or inject a clock.'
    : undefined;
}

function onlyCalls(callback: ts.Expression, name: string): boolean {
  if (ts.isIdentifier(callback)) return callback.text === name;
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return false;
  return soleCall(callback.body)?.expression.getText() === name;
}

/** The call that is all of a function's body; a handle kept in a variable does not make it anything else. */
function soleCall(body: ts.ConciseBody): ts.CallExpression | undefined {
  if (!ts.isBlock(body)) return ts.isCallExpression(body) ? body : undefined;
  const [statement] = body.statements;
  if (body.statements.length !== 1 || !statement) return undefined;
  const expression =
    ts.isExpressionStatement(statement) || ts.isReturnStatement(statement) ? statement.expression : undefined;
  return expression && ts.isCallExpression(expression) ? expression : undefined;
}
