import { badValue, unsupported } from '../refusal.ts';
import { isEqual } from '../values/compare.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Callable, Missing, Tuple, type Value } from '../values/value.ts';

/** Renders the body of a recursive loop for other items, one level deeper. */
export type Recurse = (items: Value, depth: number) => string;

/** `loop` within a loop. */
export class Loop extends Callable {
  readonly title = '"loop"';
  override readonly isPortable = true;
  readonly #items: readonly Value[];
  readonly #depth: number;
  readonly #recurse: Recurse | undefined;
  #at = -1;
  #lastChanged: Value | undefined;

  constructor(...[items, depth, recurse]: [readonly Value[], number, Recurse | undefined]) {
    super();
    this.#items = items;
    this.#depth = depth;
    this.#recurse = recurse;
  }

  advance(): void {
    this.#at += 1;
  }

  call(_run: Run, { positional, named }: CallArguments): Value {
    if (this.#recurse === undefined) throw badValue('"loop" is called in a loop that is not "recursive"');
    const [items] = positional;
    if (items === undefined || positional.length > 1 || named.size > 0)
      throw badValue('"loop" is called with the items of the next level');
    return this.#recurse(items, this.#depth + 1);
  }

  override attribute(_run: Run, name: string): Value | undefined {
    const { length } = this.#items;
    switch (name) {
      case 'index':
        return this.#at + 1;
      case 'index0':
        return this.#at;
      case 'revindex':
        return length - this.#at;
      case 'revindex0':
        return length - this.#at - 1;
      case 'first':
        return this.#at === 0;
      case 'last':
        return this.#at === length - 1;
      case 'length':
        return length;
      case 'depth':
        return this.#depth + 1;
      case 'depth0':
        return this.#depth;
      case 'previtem':
        return this.#at > 0
          ? (this.#items[this.#at - 1] as Value)
          : new Missing(() => 'there is no item before the first');
      case 'nextitem':
        return this.#at + 1 < length
          ? (this.#items[this.#at + 1] as Value)
          : new Missing(() => 'there is no item after the last');
      case 'cycle':
        return new LoopMethod(name, (_own, { positional }) => this.#cycle(positional));
      case 'changed':
        return new LoopMethod(name, (run, { positional }) => this.#changed(run, positional));
    }
    throw unsupported(`"loop" has no "${name}"`);
  }

  #cycle(values: readonly Value[]): Value {
    if (values.length === 0) throw badValue('"loop.cycle" needs values');
    return values[this.#at % values.length] as Value;
  }

  #changed(run: Run, values: readonly Value[]): boolean {
    const value = new Tuple(values);
    const before = this.#lastChanged;
    this.#lastChanged = value;
    return before === undefined || !isEqual(run, before, value);
  }
}

class LoopMethod extends Callable {
  readonly title: string;
  readonly call: (run: Run, args: CallArguments) => Value;

  constructor(name: string, call: (run: Run, args: CallArguments) => Value) {
    super();
    this.title = `the method "loop.${name}"`;
    this.call = call;
  }
}
