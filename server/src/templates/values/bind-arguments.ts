import { badValue } from '../refusal.ts';
import type { CallArguments, Value } from './value.ts';

export interface Signature {
  /** In order; the first `required` have to be given. */
  readonly names: readonly string[];
  readonly required: number;
  /** Arguments cannot be given by name. */
  readonly isPositionalOnly?: boolean;
}

const NONE: readonly (Value | undefined)[] = [];

/** The arguments of a call in the order of its signature; undefined where one was left out. */
export function bindArguments(
  ...[title, signature, args]: [string, Signature, CallArguments]
): readonly (Value | undefined)[] {
  const { positional, named } = args;
  const { names, required } = signature;
  if (positional.length === 0 && named.size === 0 && required === 0) return NONE;
  if (positional.length > names.length) {
    throw badValue(
      `${title} takes at most ${names.length} argument${names.length === 1 ? '' : 's'}, not ${positional.length}`,
    );
  }
  const bound: (Value | undefined)[] = [...positional];
  for (const [name, value] of named) {
    const at = signature.isPositionalOnly === true ? -1 : names.indexOf(name);
    if (at === -1) throw badValue(`${title} takes no argument "${name}"`);
    if (bound[at] !== undefined) throw badValue(`${title} is given its argument "${name}" twice`);
    bound[at] = value;
  }
  for (let at = 0; at < required; at++) {
    if (bound[at] === undefined) throw badValue(`${title} needs its argument "${names[at]}"`);
  }
  return bound;
}
