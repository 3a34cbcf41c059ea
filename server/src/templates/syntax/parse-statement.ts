import { didYouMean } from '../did-you-mean.ts';
import { Refusal } from '../refusal.ts';
import type { Body, Expression, FilterNode, Statement } from './nodes.ts';
import { parseExpression, parseFilter, parseTuple } from './parse-expression.ts';
import { parseCallBlock, parseMacro } from './parse-macro.ts';
import { parseFrom, parseImport, parseInclude } from './parse-partial-use.ts';
import { parseTarget } from './parse-target.ts';
import type { TokenStream } from './token-stream.ts';

type Parse = (stream: TokenStream) => Statement | readonly Statement[];

/** Every tag; what each function gets stands after its word. */
const STATEMENTS: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['with', parseWith],
  ['macro', (stream) => parseMacro(stream, parseBlock)],
  ['call', (stream) => parseCallBlock(stream, parseBlock)],
  ['filter', parseFilterBlock],
  ['print', parsePrint],
  ['include', parseInclude],
  ['import', parseImport],
  ['from', parseFrom],
]);

const REFUSED: ReadonlyMap<string, string> = new Map([
  ['extends', 'prompts are put together with include and macros, not with inheritance'],
  ['block', 'prompts are put together with include and macros, not with inheritance'],
  ['autoescape', 'nothing is escaped on its own in a prompt; use the filter "escape" where it is wanted'],
  ['do', 'it is an extension of Jinja2; write {% set _ = ... %}'],
  ['break', 'it is an extension of Jinja2; filter with {% for ... in ... if ... %}'],
  ['continue', 'it is an extension of Jinja2; filter with {% for ... in ... if ... %}'],
  ['trans', 'translations are an extension of Jinja2'],
  ['debug', 'it is an extension of Jinja2'],
  ['raw', 'a raw block opens with {% raw %} and nothing else in its tag'],
]);

/** Statements up to a tag that begins with one of the words, which is left as the current token. */
export function parseBody(stream: TokenStream, endWords: readonly string[]): Body {
  const body: Statement[] = [];
  for (;;) {
    const token = stream.next();
    if (token.kind === 'data') body.push({ kind: 'text', text: token.text, at: token.at });
    else if (token.kind === 'end') {
      if (endWords.length === 0) return body;
      throw new Refusal('syntax', `the template ends before {% ${endWords.at(-1)} %}`, { at: token.at });
    } else if (token.kind === 'open' && token.tag === 'variable') {
      body.push({ kind: 'output', value: parseTuple(stream), at: token.at });
      stream.expectClose();
    } else {
      if (endWords.some((word) => stream.isWord(word))) return body;
      const statement = parseStatement(stream);
      stream.expectClose();
      body.push(...statement);
    }
  }
}

/** One statement from its word up to the end of its last tag, which the caller takes. */
function parseStatement(stream: TokenStream): readonly Statement[] {
  const { text: word, at } = stream.expectName('the name of a tag');
  const parse = STATEMENTS.get(word);
  if (parse !== undefined) {
    const statement = stream.deeper(() => parse(stream));
    return Array.isArray(statement) ? statement : [statement as Statement];
  }
  const reason = REFUSED.get(word);
  if (reason !== undefined) throw stream.refuse('unsupported', `the tag "${word}" is not supported: ${reason}`, at);
  if (word.startsWith('end') || word === 'else' || word === 'elif') {
    throw stream.refuse('syntax', `{% ${word} %} ends nothing that is open here`, at);
  }
  throw stream.refuse('syntax', `there is no tag "${word}"${didYouMean(word, [...STATEMENTS.keys()])}`, at);
}

/** The body of a statement, after its first tag; its end word is taken. */
function parseBlock(stream: TokenStream, endWord: string): Body {
  stream.takeOperator(':');
  stream.expectClose();
  const body = parseBody(stream, [endWord]);
  stream.next();
  return body;
}

function parseIf(stream: TokenStream): Statement {
  const { at } = stream.current;
  const branches: { test: Expression; body: Body }[] = [];
  for (;;) {
    const test = parseTuple(stream, { withCondition: false });
    stream.takeOperator(':');
    stream.expectClose();
    branches.push({ test, body: parseBody(stream, ['elif', 'else', 'endif']) });
    if (stream.takeWord('elif')) continue;
    if (stream.takeWord('else')) return { kind: 'if', branches, otherwise: parseBlock(stream, 'endif'), at };
    stream.next();
    return { kind: 'if', branches, otherwise: undefined, at };
  }
}

function parseFor(stream: TokenStream): Statement {
  const { at } = stream.current;
  const target = parseTarget(stream);
  stream.expectWord('in');
  const over = parseTuple(stream, { withCondition: false, endWord: 'recursive' });
  const test = stream.takeWord('if') ? parseExpression(stream) : undefined;
  const isRecursive = stream.takeWord('recursive');
  stream.takeOperator(':');
  stream.expectClose();
  const body = parseBody(stream, ['endfor', 'else']);
  const otherwise = stream.takeWord('else') ? parseBlock(stream, 'endfor') : endOf(stream);
  return { kind: 'for', target, over, test, isRecursive, body, otherwise, at };
}

function endOf(stream: TokenStream): Body {
  stream.next();
  return [];
}

function parseSet(stream: TokenStream): Statement {
  const { at } = stream.current;
  const target = parseTarget(stream, { canBeNamespace: true });
  if (stream.takeOperator('=')) return { kind: 'set', target, value: parseTuple(stream), at };
  let filter: FilterNode | undefined = stream.takeOperator('|') ? parseFilter(stream, undefined) : undefined;
  while (filter !== undefined && stream.takeOperator('|')) filter = parseFilter(stream, filter);
  return { kind: 'set-block', target, filter, body: parseBlock(stream, 'endset'), at };
}

function parseWith(stream: TokenStream): Statement {
  const { at } = stream.current;
  const assignments = [];
  while (stream.current.kind !== 'close' && !stream.isOperator(':')) {
    if (assignments.length > 0) stream.expectOperator(',');
    const target = parseTarget(stream);
    stream.expectOperator('=');
    assignments.push({ target, value: parseExpression(stream) });
  }
  return { kind: 'with', assignments, body: parseBlock(stream, 'endwith'), at };
}

function parseFilterBlock(stream: TokenStream): Statement {
  const { at } = stream.current;
  let filter = parseFilter(stream, undefined);
  while (stream.takeOperator('|')) filter = parseFilter(stream, filter);
  return { kind: 'filter-block', filter, body: parseBlock(stream, 'endfilter'), at };
}

function parsePrint(stream: TokenStream): readonly Statement[] {
  const statements: Statement[] = [];
  while (stream.current.kind !== 'close') {
    if (statements.length > 0) stream.expectOperator(',');
    const { at } = stream.current;
    statements.push({ kind: 'output', value: parseExpression(stream), at });
  }
  return statements;
}
