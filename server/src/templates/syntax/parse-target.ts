import type { NameNode, Target } from './nodes.ts';
import type { TokenStream } from './token-stream.ts';

const NOT_A_NAME = new Set(['true', 'false', 'none', 'True', 'False', 'None']);
/** Assigning to these means nothing good. */
const RESERVED = new Set(['loop', 'self', 'super', 'caller', 'varargs', 'kwargs']);

/** What `set`, `for` or `with` assigns to: a name, or several with commas between them. */
export function parseTarget(stream: TokenStream, { canBeNamespace = false } = {}): Target {
  const { current, following } = stream;
  if (canBeNamespace && current.kind === 'name' && following.kind === 'operator' && following.text === '.') {
    stream.next();
    stream.next();
    const attribute = stream.expectName('the name of an attribute').text;
    return { kind: 'namespace', name: current.text, attribute, at: current.at };
  }
  const items: Target[] = [];
  let isSeveral = false;
  for (;;) {
    if (stream.isWord('in') || stream.isOperator('=') || stream.isOperator(')')) break;
    items.push(parseOne(stream));
    if (!stream.takeOperator(',')) break;
    isSeveral = true;
  }
  const [only] = items;
  if (only === undefined) throw stream.unexpected('a name');
  return isSeveral ? { kind: 'targets', items, at: current.at } : only;
}

function parseOne(stream: TokenStream): Target {
  if (!stream.takeOperator('(')) return parseTargetName(stream);
  const inner = stream.deeper(() => parseTarget(stream));
  stream.expectOperator(')');
  return inner;
}

/** A name that may be assigned to. */
export function parseTargetName(stream: TokenStream): NameNode {
  const { text: name, at } = stream.expectName('a name');
  if (NOT_A_NAME.has(name)) throw stream.refuse('syntax', `"${name}" is a value and cannot be assigned to`, at);
  if (RESERVED.has(name))
    throw stream.refuse('unsupported', `"${name}" has a meaning of its own; take another name`, at);
  return { kind: 'name', name, at };
}
