import type { Signature } from '../values/bind-arguments.ts';
import type { Run } from '../values/run.ts';
import type { Value } from '../values/value.ts';

export type Arg = Value | undefined;

/** A filter: what it takes besides the value, and what it does. */
export interface Filter extends Signature {
  call(run: Run, value: Value, args: readonly Arg[]): Value;
}

/** `names` with spaces between them; the first `required` have to be given. */
export function filter(...[names, required, call]: [string, number, Filter['call']]): Filter {
  return { names: names === '' ? [] : names.split(' '), required, call };
}
