import { badValue, unsupported } from '../refusal.ts';
import type { Run } from '../values/run.ts';
import { Callable, Missing, type Value } from '../values/value.ts';

/** What an imported partial has set: its macros and variables, as attributes. */
export class PartialModule extends Callable {
  readonly title = 'an imported partial';
  readonly #names: ReadonlyMap<string, Value>;

  constructor(names: ReadonlyMap<string, Value>) {
    super();
    this.#names = names;
  }

  call(): Value {
    throw badValue('an imported partial is not called itself; call one of its macros');
  }

  override attribute(_run: Run, name: string): Value {
    if (name.startsWith('_')) throw unsupported('names that begin with "_" cannot be imported');
    const value = this.#names.get(name);
    return value === undefined ? new Missing(() => `the partial sets no "${name}"`) : value;
  }
}
