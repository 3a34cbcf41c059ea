import { badValue, unsupported } from '../refusal.ts';
import { bindArguments, type Signature } from '../values/bind-arguments.ts';
import { itemsOf, makeDict } from '../values/containers.ts';
import { expectInteger } from '../values/expect.ts';
import { print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Callable, Dict, List, Namespace, Range, Tuple, type Value } from '../values/value.ts';

/** Longer ranges are refused before they are gone over. */
const MAX_RANGE = 1_000_000;

class GlobalFunction extends Callable {
  readonly title: string;
  override readonly isPortable = true;
  readonly #call: (run: Run, args: CallArguments) => Value;

  constructor(name: string, call: (run: Run, args: CallArguments) => Value) {
    super();
    this.title = `the function "${name}"`;
    this.#call = call;
  }

  call(run: Run, args: CallArguments): Value {
    run.spend(1);
    return this.#call(run, args);
  }
}

/** The functions that every template has. */
export const GLOBALS: ReadonlyMap<string, Value> = new Map(
  Object.entries({ range, dict, namespace, cycler, joiner }).map(([name, call]) => [
    name,
    new GlobalFunction(name, call),
  ]),
);

const RANGE: Signature = { names: ['start', 'stop', 'step'], required: 1, isPositionalOnly: true };

function range(_run: Run, args: CallArguments): Value {
  const [first, second, third] = bindArguments('the function "range"', RANGE, args);
  const step = expectInteger(third, 'the step of a range', 1);
  if (step === 0) throw badValue('the step of a range cannot be 0');
  const from = expectInteger(first, 'a bound of a range');
  const made =
    second === undefined
      ? new Range(0, from, step)
      : new Range(from, expectInteger(second, 'a bound of a range'), step);
  if (made.length > MAX_RANGE) throw unsupported(`ranges of more than ${MAX_RANGE} numbers are not supported`);
  return made;
}

function dict(run: Run, args: CallArguments): Value {
  return makeDict(run, pairsOf(run, 'dict', args));
}

function namespace(run: Run, args: CallArguments): Value {
  const attributes = new Map<string, Value>();
  for (const [key, value] of pairsOf(run, 'namespace', args)) {
    if (typeof key !== 'string') throw badValue('the names of a namespace are texts');
    attributes.set(key, value);
  }
  return new Namespace(attributes);
}

function pairsOf(run: Run, name: string, { positional, named }: CallArguments): (readonly [Value, Value])[] {
  const [first, ...more] = positional;
  if (more.length > 0) throw badValue(`"${name}" takes one dict, and names`);
  const pairs: (readonly [Value, Value])[] = [];
  if (first instanceof Dict) for (const { key, value } of first.entries.values()) pairs.push([key, value]);
  else if (first !== undefined) for (const item of itemsOf(run, first)) pairs.push(pairOf(item));
  run.reserveItems(pairs.length);
  return [...pairs, ...named];
}

function pairOf(item: Value): readonly [Value, Value] {
  const [key, value] = item instanceof Tuple || item instanceof List ? item.items : [];
  if (key === undefined || value === undefined) throw badValue('a dict is made of pairs');
  return [key, value];
}

/** `cycler('a', 'b')`: gives one after the other, again and again. */
class Cycler extends Callable {
  readonly title = 'a cycler';
  override readonly isPortable = true;
  readonly #items: readonly Value[];
  #at = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  call(): Value {
    throw badValue('a cycler is not called itself; write ".next()"');
  }

  override attribute(_run: Run, name: string): Value | undefined {
    if (name === 'current') return this.#items[this.#at] ?? null;
    if (name === 'next') return new GlobalFunction('next', () => this.#next());
    return name === 'reset' ? new GlobalFunction('reset', () => this.#reset()) : undefined;
  }

  #next(): Value {
    const item = this.#items[this.#at] ?? null;
    this.#at = (this.#at + 1) % this.#items.length;
    return item;
  }

  #reset(): Value {
    this.#at = 0;
    return null;
  }
}

function cycler(_run: Run, { positional, named }: CallArguments): Value {
  if (positional.length === 0 || named.size > 0) throw badValue('a cycler needs at least one value, without a name');
  return new Cycler(positional);
}

const JOINER: Signature = { names: ['sep'], required: 0 };

/** `joiner(', ')`: nothing when it is called first, then its text every time. */
class Joiner extends Callable {
  readonly title = 'a joiner';
  override readonly isPortable = true;
  readonly #text: string;
  #isUsed = false;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  call(): Value {
    const text = this.#isUsed ? this.#text : '';
    this.#isUsed = true;
    return text;
  }
}

function joiner(run: Run, args: CallArguments): Value {
  const [separator = ', '] = bindArguments('the function "joiner"', JOINER, args);
  return new Joiner(print(run, separator));
}
