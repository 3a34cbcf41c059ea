import { unsupported } from '../refusal.ts';
import { print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { Escaped, type Value } from '../values/value.ts';

/** The text of any value. An escaped one is refused: Python would go on escaping what is added to it. */
export function textOf(run: Run, value: Value): string {
  if (value instanceof Escaped) throw unsupported('an escaped text does not go through this filter; escape last');
  const text = print(run, value);
  run.read(text.length);
  return text;
}
