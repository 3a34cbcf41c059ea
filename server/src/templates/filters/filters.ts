import { didYouMean } from '../did-you-mean.ts';
import { Refusal } from '../refusal.ts';
import { callTest } from '../tests/tests.ts';
import { bindArguments } from '../values/bind-arguments.ts';
import { isTrue, makeDict } from '../values/containers.ts';
import { formatPercent } from '../values/format-percent.ts';
import { print } from '../values/print.ts';
import type { Run } from '../values/run.ts';
import { type CallArguments, Missing, Tuple, type Value } from '../values/value.ts';
import { applyingFilters, type FreeFilter } from './apply-filters.ts';
import { type Arg, type Filter, filter } from './filter.ts';
import { HTML_FILTERS } from './html-filters.ts';
import { NUMBER_FILTERS } from './number-filters.ts';
import { SEQUENCE_FILTERS } from './sequence-filters.ts';
import { SORT_FILTERS } from './sort-filters.ts';
import { TEXT_FILTERS } from './text-filters.ts';
import { TO_JSON } from './to-json.ts';

const REFUSED: ReadonlyMap<string, string> = new Map([
  ['attr', 'values have no attributes but their own items'],
  ['pprint', 'its line breaks differ between versions of Python; use tojson(indent=2)'],
  ['random', 'the same variables have to give the same prompt'],
  ['urlize', 'it makes links for web pages'],
]);

const DEFAULT = filter('default_value boolean', 0, otherwise);

const BOUND: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['default', DEFAULT],
  ['d', DEFAULT],
  ['tojson', TO_JSON],
  ...TEXT_FILTERS,
  ...NUMBER_FILTERS,
  ...HTML_FILTERS,
  ...SEQUENCE_FILTERS,
  ...SORT_FILTERS,
]);

const FREE: ReadonlyMap<string, FreeFilter> = new Map<string, FreeFilter>([
  ['format', format],
  ...applyingFilters((run, name, { value, args }) => findFilter(name)(run, value, args), callTest),
]);

/** The filter by that name. Throws a Refusal with the nearest name when there is none. */
export function findFilter(name: string): FreeFilter {
  const free = FREE.get(name);
  if (free !== undefined) return free;
  const bound = BOUND.get(name);
  if (bound !== undefined)
    return (run, value, args) => bound.call(run, value, bindArguments(`the filter "${name}"`, bound, args));
  const reason = REFUSED.get(name);
  if (reason !== undefined) throw new Refusal('unsupported', `the filter "${name}" is not supported: ${reason}`);
  throw new Refusal('syntax', `there is no filter "${name}"${didYouMean(name, [...BOUND.keys(), ...FREE.keys()])}`);
}

function otherwise(_run: Run, value: Value, [instead = '', boolean]: readonly Arg[]): Value {
  if (value instanceof Missing) return instead;
  return boolean !== undefined && isTrue(boolean) && !isTrue(value) ? instead : value;
}

function format(run: Run, value: Value, { positional, named }: CallArguments): Value {
  if (positional.length > 0 && named.size > 0) {
    throw new Refusal('value', '"format" takes values with names or without, not both');
  }
  return formatPercent(run, print(run, value), named.size > 0 ? makeDict(run, named) : new Tuple(positional));
}
