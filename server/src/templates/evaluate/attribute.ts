import { callMethod, DICT_METHODS, LIST_METHODS, TUPLE_METHODS, updateDict } from '../methods/container-methods.ts';
import { callStringMethod, STRING_METHODS } from '../methods/string-methods.ts';
import { unsupported } from '../refusal.ts';
import { missingAttribute } from '../values/containers.ts';
import { missing } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { typeName } from '../values/type-name.ts';
import { type CallArguments, Callable, Dict, List, Missing, Namespace, Tuple, type Value } from '../values/value.ts';

/** A method of a value, on its way to being called. */
class BoundMethod extends Callable {
  readonly title: string;
  readonly #call: (run: Run, args: CallArguments) => Value;

  constructor(name: string, call: (run: Run, args: CallArguments) => Value) {
    super();
    this.title = `the method "${name}"`;
    this.#call = call;
  }

  call(run: Run, args: CallArguments): Value {
    return this.#call(run, args);
  }
}

/** `value.name`: a method where Python has one by that name, else the item of a dict. */
export function attributeOf(run: Run, value: Value, name: string): Value {
  run.spend(1);
  if (value instanceof Missing) throw missing(value);
  if (name.startsWith('__')) throw unsupported('names that begin with "__" are not supported');
  if (value instanceof Dict) return attributeOfDict(value, name);
  if (typeof value === 'string') return attributeOfText(value, name);
  if (value instanceof Namespace) return orMissing(value.attributes.get(name), { value, name });
  if (value instanceof Callable) return orRefuse(value.attribute(run, name), { value, name });
  if (value instanceof List) {
    const method = LIST_METHODS.get(name);
    if (method !== undefined)
      return new BoundMethod(name, (own, args) => callMethod(own, { method, name, value, args }));
  }
  if (value instanceof Tuple) {
    const at = value.names.indexOf(name);
    if (at !== -1) return value.items[at] as Value;
    const method = TUPLE_METHODS.get(name);
    if (method !== undefined)
      return new BoundMethod(name, (own, args) => callMethod(own, { method, name, value, args }));
  }
  return refuse(value, name);
}

/** Methods that change a dict in ways that templates have no use for. */
const UNSUPPORTED_OF_DICTS = new Set(['clear', 'fromkeys', 'popitem']);

function attributeOfDict(value: Dict, name: string): Value {
  const method = DICT_METHODS.get(name);
  if (method !== undefined) return new BoundMethod(name, (own, args) => callMethod(own, { method, name, value, args }));
  if (name === 'update') return new BoundMethod(name, (own, args) => updateDict(own, value, args));
  if (UNSUPPORTED_OF_DICTS.has(name)) throw unsupported(`the method "${name}" of a dict is not supported`);
  return orMissing(value.entries.get(name)?.value, { value, name });
}

function attributeOfText(text: string, name: string): Value {
  if (name !== 'format' && !STRING_METHODS.has(name)) return refuse(text, name);
  return new BoundMethod(name, (run, args) => callStringMethod(run, name, { text, args }));
}

function orMissing(found: Value | undefined, of: { value: Value; name: string }): Value {
  return found === undefined ? missingAttribute(of.value, of.name) : found;
}

function orRefuse(found: Value | undefined, of: { value: Value; name: string }): Value {
  return found === undefined ? refuse(of.value, of.name) : found;
}

/** Python may have something there that Weir has not, so this is not merely missing. */
function refuse(value: Value, name: string): never {
  throw unsupported(`${typeName(value)} has no "${name}" that is supported`);
}
