import type { Position } from '../refusal.ts';
import type {
  Arguments,
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  FilterNode,
  Literal,
  NamedArgument,
} from './nodes.ts';
import type { TokenStream } from './token-stream.ts';

/** One expression; without `withCondition` it ends before a trailing `if`. */
export function parseExpression(stream: TokenStream, withCondition = true): Expression {
  return stream.deeper(() => (withCondition ? parseCondition(stream) : parseOr(stream)));
}

/** One expression, or several with commas between them, which make a tuple. */
export function parseTuple(stream: TokenStream, { withCondition = true, endWord = '' } = {}): Expression {
  const at = stream.current.at;
  const items: Expression[] = [];
  let isTuple = false;
  for (;;) {
    if (isTupleEnd(stream, endWord)) break;
    items.push(parseExpression(stream, withCondition));
    if (!stream.takeOperator(',')) break;
    isTuple = true;
  }
  const [only] = items;
  if (isTuple) return { kind: 'tuple', items, at };
  if (only === undefined) throw stream.unexpected('an expression');
  return only;
}

function isTupleEnd(stream: TokenStream, endWord: string): boolean {
  return stream.current.kind === 'close' || stream.isOperator(')') || (endWord !== '' && stream.isWord(endWord));
}

function parseCondition(stream: TokenStream): Expression {
  let then = parseOr(stream);
  for (let at = stream.current.at; stream.takeWord('if'); at = stream.current.at) {
    const test = parseOr(stream);
    const otherwise = stream.takeWord('else') ? parseExpression(stream) : undefined;
    stream.countLink();
    then = { kind: 'condition', test, then, otherwise, at };
  }
  return then;
}

function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  for (let at = stream.current.at; stream.takeWord('or'); at = stream.current.at) {
    stream.countLink();
    left = { kind: 'or', left, right: parseAnd(stream), at };
  }
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  for (let at = stream.current.at; stream.takeWord('and'); at = stream.current.at) {
    stream.countLink();
    left = { kind: 'and', left, right: parseNot(stream), at };
  }
  return left;
}

function parseNot(stream: TokenStream): Expression {
  const at = stream.current.at;
  if (!stream.takeWord('not')) return parseComparison(stream);
  return { kind: 'not', value: stream.deeper(() => parseNot(stream)), at };
}

const COMPARISONS: readonly ComparisonOperator[] = ['==', '!=', '<', '<=', '>', '>='];

function parseComparison(stream: TokenStream): Expression {
  const first = parseSum(stream);
  const rest: { operator: ComparisonOperator; value: Expression; at: Position }[] = [];
  for (;;) {
    const at = stream.current.at;
    const operator = takeComparison(stream);
    if (operator === undefined) break;
    rest.push({ operator, value: parseSum(stream), at });
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest, at: first.at };
}

function takeComparison(stream: TokenStream): ComparisonOperator | undefined {
  const symbol = COMPARISONS.find((candidate) => stream.takeOperator(candidate));
  if (symbol !== undefined) return symbol;
  if (stream.takeWord('in')) return 'in';
  const { following } = stream;
  if (!stream.isWord('not') || following.kind !== 'name' || following.text !== 'in') return undefined;
  stream.next();
  stream.next();
  return 'not in';
}

interface Chain {
  readonly operators: readonly ArithmeticOperator[];
  readonly operand: (stream: TokenStream) => Expression;
}

function parseChain(stream: TokenStream, { operators, operand }: Chain): Expression {
  let left = operand(stream);
  for (;;) {
    const at = stream.current.at;
    const operator = operators.find((candidate) => stream.takeOperator(candidate));
    if (operator === undefined) return left;
    stream.countLink();
    left = { kind: 'arithmetic', operator, left, right: operand(stream), at };
  }
}

const POWER: Chain = { operators: ['**'], operand: parseUnary };
const PRODUCT: Chain = { operators: ['*', '//', '/', '%'], operand: (stream) => parseChain(stream, POWER) };
const SUM: Chain = { operators: ['+', '-'], operand: parseConcat };

function parseSum(stream: TokenStream): Expression {
  return parseChain(stream, SUM);
}

function parseConcat(stream: TokenStream): Expression {
  const at = stream.current.at;
  const first = parseChain(stream, PRODUCT);
  if (!stream.isOperator('~')) return first;
  const parts = [first];
  while (stream.takeOperator('~')) parts.push(parseChain(stream, PRODUCT));
  return { kind: 'concat', parts, at };
}

/** Signs bind closer than filters: `-x|abs` is the absolute value of `-x`. */
function parseUnary(stream: TokenStream): Expression {
  return parseFilters(stream, parseSigned(stream));
}

function parseSigned(stream: TokenStream): Expression {
  const at = stream.current.at;
  const kind = stream.takeOperator('-') ? 'negative' : stream.takeOperator('+') ? 'positive' : undefined;
  if (kind === undefined) return parsePostfix(stream, parsePrimary(stream));
  return parsePostfix(stream, { kind, value: stream.deeper(() => parseSigned(stream)), at });
}

/** Attributes, items and calls after a value. */
function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let value = start;
  for (; ; stream.countLink()) {
    const at = stream.current.at;
    if (stream.takeOperator('.')) value = parseAttribute(stream, value, at);
    else if (stream.takeOperator('[')) value = parseItem(stream, value, at);
    else if (stream.isOperator('(')) value = { kind: 'call', callee: value, args: parseArguments(stream), at };
    else return value;
  }
}

function parseAttribute(stream: TokenStream, value: Expression, at: Position): Expression {
  const token = stream.next();
  if (token.kind === 'name') return { kind: 'attribute', value, name: token.text, at };
  if (token.kind !== 'integer')
    throw stream.refuse('syntax', 'a name or a whole number is expected after "."', token.at);
  return { kind: 'item', value, key: { kind: 'literal', value: { integer: token.value }, at: token.at }, at };
}

function parseItem(stream: TokenStream, value: Expression, at: Position): Expression {
  const bound = () => (stream.isOperator(':') || stream.isOperator(']') ? undefined : parseExpression(stream));
  const start = bound();
  if (!stream.takeOperator(':')) {
    if (start === undefined || stream.isOperator(','))
      throw stream.refuse('unsupported', 'one key or slice is expected');
    stream.expectOperator(']');
    return { kind: 'item', value, key: start, at };
  }
  const stop = bound();
  const step = stream.takeOperator(':') ? bound() : undefined;
  stream.expectOperator(']');
  return { kind: 'slice', value, start, stop, step, at };
}

function parseFilters(stream: TokenStream, start: Expression): Expression {
  let value = start;
  for (; ; stream.countLink()) {
    const at = stream.current.at;
    if (stream.takeOperator('|')) value = parseFilter(stream, value);
    else if (stream.takeWord('is')) value = parseTest(stream, value, at);
    else if (stream.isOperator('(')) value = { kind: 'call', callee: value, args: parseArguments(stream), at };
    else return value;
  }
}

/** A filter after its `|`. */
export function parseFilter(stream: TokenStream, value: Expression | undefined): FilterNode {
  const { text: name, at } = stream.expectName('the name of a filter');
  if (stream.isOperator('.')) throw stream.refuse('unsupported', 'there are no filters with a dot in their name');
  return { kind: 'filter', name, value, args: stream.isOperator('(') ? parseArguments(stream) : NONE, at };
}

const NONE = { positional: [], named: [] };
const NOT_AN_ARGUMENT = ['else', 'or', 'and'];

function parseTest(stream: TokenStream, value: Expression, at: Position): Expression {
  const isNegated = stream.takeWord('not');
  const { text: name } = stream.expectName('the name of a test');
  if (stream.isOperator('.')) throw stream.refuse('unsupported', 'there are no tests with a dot in their name');
  const test: Expression = { kind: 'test', name, value, args: parseTestArguments(stream), at };
  return isNegated ? { kind: 'not', value: test, at } : test;
}

function parseTestArguments(stream: TokenStream) {
  if (stream.isOperator('(')) return parseArguments(stream);
  const { kind } = stream.current;
  const isValue = kind === 'name' || kind === 'string' || kind === 'integer' || kind === 'float';
  if (!isValue && !stream.isOperator('[') && !stream.isOperator('{')) return NONE;
  if (NOT_AN_ARGUMENT.some((word) => stream.isWord(word))) return NONE;
  if (stream.isWord('is')) throw stream.refuse('syntax', 'tests cannot be chained with "is"; join them with "and"');
  return { positional: [parsePostfix(stream, parsePrimary(stream))], named: [] };
}

const WORDS: ReadonlyMap<string, Literal> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** A name, a literal, or something in brackets. */
function parsePrimary(stream: TokenStream): Expression {
  const token = stream.current;
  const { at } = token;
  if (token.kind === 'name') {
    stream.next();
    const literal = WORDS.get(token.text);
    return literal === undefined ? { kind: 'name', name: token.text, at } : { kind: 'literal', value: literal, at };
  }
  if (token.kind === 'string') return { kind: 'literal', value: parseStrings(stream), at };
  if (token.kind === 'integer' || token.kind === 'float') {
    stream.next();
    const value = token.kind === 'integer' ? { integer: token.value } : { float: token.value };
    return { kind: 'literal', value, at };
  }
  return stream.deeper(() => parseBracketed(stream));
}

/** Strings that follow each other are one. */
function parseStrings(stream: TokenStream): string {
  let text = '';
  for (let token = stream.current; token.kind === 'string'; token = stream.current) {
    text += token.text;
    stream.next();
  }
  return text;
}

function parseBracketed(stream: TokenStream): Expression {
  const { at } = stream.current;
  if (stream.takeOperator('(')) {
    if (stream.takeOperator(')')) return { kind: 'tuple', items: [], at };
    const value = parseTuple(stream);
    stream.expectOperator(')');
    return value;
  }
  if (stream.takeOperator('[')) {
    const items = parseItems(stream, { close: ']', item: () => parseExpression(stream) });
    return { kind: 'list', items, at };
  }
  if (!stream.takeOperator('{')) throw stream.unexpected('an expression');
  const entries = parseItems(stream, { close: '}', item: () => parseEntry(stream) });
  return { kind: 'dict', entries, at };
}

function parseEntry(stream: TokenStream): { key: Expression; value: Expression } {
  const key = parseExpression(stream);
  stream.expectOperator(':');
  return { key, value: parseExpression(stream) };
}

/** What stands between brackets, separated by commas; the last may be followed by one. */
function parseItems<T>(stream: TokenStream, { close, item }: { close: string; item: () => T }): T[] {
  const items: T[] = [];
  while (!stream.takeOperator(close)) {
    if (items.length > 0) stream.expectOperator(',');
    if (stream.takeOperator(close)) break;
    items.push(item());
  }
  return items;
}

/** The arguments of a call, with their parentheses. */
function parseArguments(stream: TokenStream): Arguments {
  stream.expectOperator('(');
  const positional: Expression[] = [];
  const named: NamedArgument[] = [];
  parseItems(stream, { close: ')', item: () => parseArgument(stream, positional, named) });
  return { positional, named };
}

function parseArgument(...[stream, positional, named]: [TokenStream, Expression[], NamedArgument[]]): void {
  const { current, following } = stream;
  if (stream.isOperator('*') || stream.isOperator('**')) {
    throw stream.refuse(
      'unsupported',
      'arguments spread from a list or a dict are not supported; write them one by one',
    );
  }
  if (current.kind === 'name' && following.kind === 'operator' && following.text === '=') {
    stream.next();
    stream.next();
    if (named.some(({ name }) => name === current.text)) {
      throw stream.refuse('syntax', `the argument "${current.text}" is given twice`, current.at);
    }
    named.push({ name: current.text, value: parseExpression(stream), at: current.at });
    return;
  }
  if (named.length > 0) throw stream.refuse('syntax', 'arguments with a name come after those without');
  positional.push(parseExpression(stream));
}
