import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';

export interface OttlToken {
  readonly kind: 'bytes' | 'float' | 'int' | 'string' | 'comparison' | 'sign' | 'word' | 'end';
  readonly text: string;
}

/** In the order in which OTTL's lexer tries them; a number has no exponent unless it has a dot. */
const RULES: readonly (readonly [OttlToken['kind'], RegExp])[] = [
  ['bytes', /0x[a-fA-F0-9]+/y],
  ['float', /[-+]?\d*\.\d+([eE][-+]?\d+)?/y],
  ['int', /[-+]?\d+/y],
  ['string', /"(\\[\s\S]|[^\\"])*"/y],
  ['comparison', /==|!=|>=|<=|>|</y],
  ['sign', /[-+*/=(){}:,.[\]]/y],
  ['word', /[A-Za-z][A-Za-z0-9_]*/y],
];
const BLANK = /\s+/y;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

export function lexOttl(source: string): OttlToken[] {
  const tokens: OttlToken[] = [];
  let at = 0;
  while (at < source.length) {
    const blank = matchAt(BLANK, source, at);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const token = readToken(source, at);
    tokens.push(token.kind === 'string' ? { kind: 'string', text: unquote(token.text) } : token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: 'the end' });
  return tokens;
}

function readToken(source: string, at: number): OttlToken {
  for (const [kind, pattern] of RULES) {
    const text = matchAt(pattern, source, at);
    if (text !== undefined) return { kind, text };
  }
  throw refused(`unexpected ${source[at]} in ${source}`);
}

/** A string literal is unquoted as Go does it: an escape that Go does not know makes the statement invalid. */
function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (inner.includes('\n')) throw refused('a string literal with a raw newline');
  return inner.replaceAll(
    /\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{3}|[\s\S])/g,
    (_, sequence: string) => {
      const known = ESCAPES[sequence];
      if (known !== undefined) return known;
      if (/^[uU]./.test(sequence)) return String.fromCodePoint(Number.parseInt(sequence.slice(1), 16));
      const byte = /^x./.test(sequence) ? Number.parseInt(sequence.slice(1), 16) : Number.parseInt(sequence, 8);
      if (sequence.length !== 3 || Number.isNaN(byte))
        throw refused(`the escape \\${sequence}, which Go does not know`);
      if (byte > 127) throw new UnsupportedConstruct('OpenTelemetry', 'bytes above 127 in a string literal');
      return String.fromCharCode(byte);
    },
  );
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function refused(reason: string): RefusedConfiguration {
  return new RefusedConfiguration('OpenTelemetry', `OTTL: ${reason}`);
}
