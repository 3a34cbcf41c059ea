import { unsupported } from '../refusal.ts';
import { itemOf } from '../values/containers.ts';
import type { Run } from '../values/run.ts';
import { Missing, Tuple, type Value } from '../values/value.ts';
import type { Arg } from './filter.ts';

type Get = (item: Value) => Value;

/** What `attribute="a.b.0"` finds in an item; `otherwise` stands in for what is not there. */
export function attributeGetter(run: Run, attribute: Arg, otherwise: Arg = undefined): Get {
  const parts = partsOf(attribute);
  return (item) => {
    let found = item;
    for (const part of parts) {
      run.spend(1);
      found = lookUp(run, found, part);
      if (found instanceof Missing && otherwise !== undefined && otherwise !== null) found = otherwise;
    }
    return found;
  };
}

/** For `attribute="a,b"`: several, which are compared one after the other. */
export function attributeGetters(run: Run, attribute: Arg): readonly Get[] {
  if (typeof attribute !== 'string') return [attributeGetter(run, attribute)];
  return attribute.split(',').map((one) => attributeGetter(run, one));
}

function partsOf(attribute: Arg): readonly (string | number)[] {
  if (attribute === undefined || attribute === null) return [];
  if (typeof attribute === 'number') return [attribute];
  if (typeof attribute !== 'string') throw unsupported('an attribute is a text or an int');
  return attribute.split('.').map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
}

function lookUp(run: Run, item: Value, part: string | number): Value {
  if (item instanceof Tuple && typeof part === 'string') {
    const at = item.names.indexOf(part);
    if (at !== -1) return item.items[at] as Value;
  }
  return itemOf(run, item, part);
}
