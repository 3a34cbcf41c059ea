import type { Body, Parameter, Statement } from './nodes.ts';
import { parseExpression } from './parse-expression.ts';
import { parseTargetName } from './parse-target.ts';
import type { TokenStream } from './token-stream.ts';

type ParseBlock = (stream: TokenStream, endWord: string) => Body;

export function parseMacro(stream: TokenStream, parseBlock: ParseBlock): Statement {
  const { name, at } = parseTargetName(stream);
  const parameters = parseParameters(stream);
  return { kind: 'macro', name, parameters, body: parseBlock(stream, 'endmacro'), at };
}

export function parseCallBlock(stream: TokenStream, parseBlock: ParseBlock): Statement {
  const { at } = stream.current;
  const parameters = stream.isOperator('(') ? parseParameters(stream) : [];
  const call = parseExpression(stream);
  if (call.kind !== 'call') throw stream.refuse('syntax', 'a call block needs the call of a macro', at);
  return { kind: 'call-block', parameters, call, body: parseBlock(stream, 'endcall'), at };
}

function parseParameters(stream: TokenStream): readonly Parameter[] {
  const parameters: Parameter[] = [];
  stream.expectOperator('(');
  while (!stream.isOperator(')')) {
    if (parameters.length > 0) stream.expectOperator(',');
    const { name, at } = parseTargetName(stream);
    if (parameters.some((other) => other.name === name)) {
      throw stream.refuse('syntax', `the parameter "${name}" is there twice`, at);
    }
    const fallback = stream.takeOperator('=') ? parseExpression(stream) : undefined;
    if (fallback === undefined && parameters.at(-1)?.fallback !== undefined) {
      throw stream.refuse('syntax', 'parameters without a default come before those with one', at);
    }
    parameters.push({ name, fallback, at });
  }
  stream.next();
  return parameters;
}
