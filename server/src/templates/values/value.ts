import { unsupported } from '../refusal.ts';
import type { Run } from './run.ts';

/**
 * A value inside of a template. A JavaScript number is a whole number (Python's `int`); a number with a point is a Float.
 * Nothing of JavaScript's objects is reachable from here: all classes below are closed, and only the evaluator reads them.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | Float
  | List
  | Tuple
  | Dict
  | DictView
  | Range
  | Stream
  | Namespace
  | Escaped
  | Missing
  | Callable;

/** Python's `float`. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class List {
  readonly items: Value[];
  /** Something goes over it, or will: until then it cannot be changed. */
  isLocked = false;
  constructor(items: Value[]) {
    this.items = items;
  }
}

export class Tuple {
  readonly items: readonly Value[];
  /** Attributes that stand for the items, for the groups of `groupby`. */
  readonly names: readonly string[];
  constructor(items: readonly Value[], names: readonly string[] = []) {
    this.items = items;
    this.names = names;
  }
}

/** What equal keys have in common: 1, 1.0 and true are one key, as in Python. */
export type DictKey = string | number | null;

export interface DictEntry {
  readonly key: Value;
  readonly value: Value;
}

export class Dict {
  readonly entries: Map<DictKey, DictEntry>;
  isLocked = false;
  constructor(entries: Map<DictKey, DictEntry>) {
    this.entries = entries;
  }
}

/** What `keys()`, `values()` and `items()` give: it follows its dict. */
export class DictView {
  readonly dict: Dict;
  readonly of: 'keys' | 'values' | 'items';
  constructor(dict: Dict, of: 'keys' | 'values' | 'items') {
    this.dict = dict;
    this.of = of;
  }
}

export class Range {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
  constructor(...[start, stop, step]: [number, number, number]) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
}

/** What can be gone over once (Python's generators and iterators): what `map`, `select` or `batch` give. */
export class Stream {
  readonly items: readonly Value[];
  #taken = 0;
  /** Something else goes over it, which in Python would share what is left. */
  isHeld = false;
  constructor(items: readonly Value[]) {
    this.items = items;
  }

  next(): Value | undefined {
    this.#assertFree();
    this.#taken += 1;
    return this.items[this.#taken - 1];
  }

  /** All that are left. */
  drain(): readonly Value[] {
    this.#assertFree();
    const left = this.#taken === 0 ? this.items : this.items.slice(this.#taken);
    this.#taken = this.items.length;
    return left;
  }

  #assertFree(): void {
    if (this.isHeld)
      throw unsupported('this can be gone over only once, and something else does; use the filter "list" first');
  }
}

export class Namespace {
  readonly attributes: Map<string, Value>;
  constructor(attributes: Map<string, Value>) {
    this.attributes = attributes;
  }
}

/** A text that is escaped for HTML, which is not escaped again. */
export class Escaped {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Something that is not there. It may be tested and replaced (`is defined`, `default`), and nothing else. */
export class Missing {
  /** The whole reason, as a sentence without its end; made when it is needed, as most are never told. */
  readonly reason: () => string;
  /** The variable, when it is one of the caller's. */
  readonly variable: string | undefined;
  /** It may also be printed, as nothing, and be asked whether it is true: what a condition without `else` gives. */
  readonly isLenient: boolean;

  constructor(reason: () => string, { variable, isLenient = false }: { variable?: string; isLenient?: boolean } = {}) {
    this.reason = reason;
    this.variable = variable;
    this.isLenient = isLenient;
  }
}

export interface CallArguments {
  readonly positional: readonly Value[];
  /** In the order they were written; names are the template's. */
  readonly named: ReadonlyMap<string, Value>;
}

/** Something that a template can call: a global, a macro, a method of a value, `loop`. */
export abstract class Callable {
  /** What it is, for messages: `the macro "box"`. */
  abstract readonly title: string;
  /** It keeps its meaning wherever it is taken to; others can only be called where they are found. */
  readonly isPortable: boolean = false;
  abstract call(run: Run, args: CallArguments): Value;
  /** Its attribute, if it has one by that name. */
  attribute(_run: Run, _name: string): Value | undefined {
    return undefined;
  }
}

export const NO_ARGUMENTS: CallArguments = { positional: [], named: new Map() };
