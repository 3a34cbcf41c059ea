import { badValue, unsupported } from '../refusal.ts';
import { heldItems, isTrue } from '../values/containers.ts';
import { expectText } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Stream, type Value } from '../values/value.ts';
import { attributeGetter } from './attribute-getter.ts';

/** Calls a filter or a test by its name. */
export type CallNamed = (run: Run, name: string, of: { value: Value; args: CallArguments }) => Value;

/** A filter whose arguments belong to the filter or test that it applies. */
export type FreeFilter = (run: Run, value: Value, args: CallArguments) => Value;

/** `map`, `select` and their kin, which apply other filters and tests to every item. */
export function applyingFilters(
  callFilter: CallNamed,
  callTest: CallNamed,
): readonly (readonly [string, FreeFilter])[] {
  const choose = (of: { isKept: boolean; byAttribute: boolean }): FreeFilter => {
    return (run, value, args) => {
      if (!isTrue(value)) return new Stream([]);
      const test = chooser({ run, args, byAttribute: of.byAttribute, callTest });
      return new Stream(heldItems(run, value).filter((item) => paid(run, test(item)) === of.isKept));
    };
  };
  return [
    ['map', (run, value, args) => map({ run, args, callFilter }, value)],
    ['select', choose({ isKept: true, byAttribute: false })],
    ['reject', choose({ isKept: false, byAttribute: false })],
    ['selectattr', choose({ isKept: true, byAttribute: true })],
    ['rejectattr', choose({ isKept: false, byAttribute: true })],
  ];
}

function paid(run: Run, kept: boolean): boolean {
  run.reserveItems(1);
  return kept;
}

function map(of: { run: Run; args: CallArguments; callFilter: CallNamed }, value: Value): Value {
  if (!isTrue(value)) return new Stream([]);
  const apply = mapper(of);
  const mapped: Value[] = [];
  for (const item of heldItems(of.run, value)) {
    of.run.reserveItems(1);
    mapped.push(apply(item));
  }
  return new Stream(mapped);
}

function mapper({ run, args, callFilter }: { run: Run; args: CallArguments; callFilter: CallNamed }) {
  const [name, ...positional] = args.positional;
  const attribute = args.named.get('attribute');
  if (name === undefined && attribute !== undefined) {
    for (const other of args.named.keys()) {
      if (other !== 'attribute' && other !== 'default') throw badValue(`"map" takes no argument "${other}"`);
    }
    return attributeGetter(run, attribute, args.named.get('default'));
  }
  if (name === undefined) throw badValue('"map" needs the name of a filter, or attribute=');
  const filter = expectText(name, 'the name of a filter');
  return (item: Value) => callFilter(run, filter, { value: item, args: { positional, named: args.named } });
}

function chooser(of: {
  run: Run;
  args: CallArguments;
  byAttribute: boolean;
  callTest: CallNamed;
}): (item: Value) => boolean {
  const { run, args, byAttribute, callTest } = of;
  const [attribute] = args.positional;
  if (byAttribute && attribute === undefined) throw badValue('the name of an attribute is missing');
  const get = attributeGetter(run, byAttribute ? attribute : undefined);
  const [name, ...positional] = byAttribute ? args.positional.slice(1) : args.positional;
  if (name === undefined) {
    if (args.named.size > 0) throw unsupported('arguments by name need a test');
    return (item) => isTrue(get(item));
  }
  const test = expectText(name, 'the name of a test');
  return (item) => isTrue(callTest(run, test, { value: get(item), args: { positional, named: args.named } }));
}
