import { badValue, unsupported } from '../refusal.ts';
import { missing, print, reprText } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Missing, type Value } from '../values/value.ts';
import { formatSpec } from './format-spec.ts';

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([a-z]))?(?::([^{}]*))?\}|[{}]/g;

/** Python's `text.format(...)`. Fields name an argument and nothing of it: no attributes and no items. */
export function formatBraces(run: Run, text: string, args: CallArguments): string {
  run.read(text.length);
  let automatic = 0;
  let isNumbered = false;
  const take = (name: string): Value => {
    if (/^[0-9]+$/.test(name)) isNumbered = true;
    if (name !== '') return argument(args, name);
    if (isNumbered) throw badValue('fields with and without a number do not go together');
    automatic += 1;
    return argument(args, String(automatic - 1));
  };
  let out = '';
  let from = 0;
  for (const match of text.matchAll(FIELD)) {
    run.spend(20);
    out += text.slice(from, match.index);
    from = match.index + match[0].length;
    const piece = formatField(run, match, take);
    out += piece;
    run.reserve(piece.length);
    if (isNumbered && automatic > 0) throw badValue('fields with and without a number do not go together');
  }
  run.reserve(out.length);
  return out + text.slice(from);
}

function formatField(run: Run, match: RegExpExecArray, take: (name: string) => Value): string {
  const [whole, name, conversion, spec = ''] = match;
  if (whole === '{{' || whole === '}}') return whole.charAt(0);
  if (name === undefined) throw badValue('a brace in a format is alone; write "{{" or "}}" for the character');
  if (!/^(?:[0-9]+|[A-Za-z_][A-Za-z0-9_]*)?$/.test(name)) {
    throw unsupported('a field of a format names an argument; attributes and items of it are not supported');
  }
  const value = take(name);
  if (conversion === undefined) return formatSpec(run, value, spec);
  if (conversion === 's') return formatSpec(run, print(run, value), spec);
  if (value instanceof Missing) throw missing(value);
  if (conversion !== 'r') throw unsupported('conversions besides "!s" and "!r" are not supported');
  return formatSpec(run, typeof value === 'string' ? reprText(run, value) : print(run, value), spec);
}

function argument({ positional, named }: CallArguments, name: string): Value {
  const value = /^[0-9]+$/.test(name) ? positional[Number(name)] : named.get(name);
  if (value === undefined) throw badValue('a field of the format has no argument');
  return value;
}
