import { RefusedConfiguration, UnsupportedConstruct } from '../construct-error.ts';
import { DEFAULT_FIELDS, type FieldNames, flatRecord, type LogEvent, type Verdict } from '../log-event.ts';
import { createGrep } from './grep.ts';
import { type FluentRecord, runLuaFilter } from './lua-filter.ts';
import { type FluentPlugin, readFluentConfig } from './read-config.ts';
import { createThrottle } from './throttle.ts';

interface Passing {
  readonly index: number;
  readonly record: FluentRecord;
  readonly atSeconds: number;
}

/**
 * What Fluent Bit's filters do with these events, in this order. Kept is what passes them all, and, where the
 * configuration has outputs, matches one. Scripts in files are given as `files`.
 */
export function evaluateFluentBit(input: {
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly events: readonly LogEvent[];
  readonly fields?: FieldNames;
  readonly tag?: string;
  readonly seed?: number;
}): Verdict[] {
  const { filters, outputs } = readFluentConfig(input.config);
  const tag = input.tag ?? 'app.log';
  const fields = input.fields ?? DEFAULT_FIELDS;
  let passing = input.events.map((event, index): Passing => {
    return { index, record: flatRecord(event, fields), atSeconds: event.atSeconds ?? 0 };
  });
  for (const filter of filters) {
    if (!isMatched(filter, tag)) continue;
    passing = applyFilter(filter, passing, { tag, files: input.files ?? {}, seed: input.seed ?? 1 });
  }
  if (outputs.length > 0 && !outputs.some((output) => isMatched(output, tag))) passing = [];
  const verdicts: Verdict[] = input.events.map(() => ({ kept: false }));
  for (const { index, record } of passing) verdicts[index] = { kept: true, record };
  return verdicts;
}

/** Without a match a plugin gets nothing. `*` stands for any text. */
function isMatched({ name, properties }: FluentPlugin, tag: string): boolean {
  if (properties.some(([key]) => key === 'match_regex'))
    throw new UnsupportedConstruct('Fluent Bit', `match_regex of ${name}`);
  const match = properties.find(([key]) => key === 'match')?.[1];
  if (match === undefined) return false;
  const parts = match.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(tag);
}

function applyFilter(
  filter: FluentPlugin,
  passing: readonly Passing[],
  context: { readonly tag: string; readonly files: Readonly<Record<string, string>>; readonly seed: number },
): Passing[] {
  const own = filter.properties.filter(([key]) => key !== 'match' && key !== 'alias' && key !== 'log_level');
  if (filter.name === 'grep') {
    const keeps = createGrep(own);
    return passing.filter(({ record }) => keeps(record));
  }
  if (filter.name === 'throttle') {
    const passes = createThrottle(own);
    return passing.filter(({ atSeconds }) => passes(atSeconds));
  }
  if (filter.name !== 'lua') throw new UnsupportedConstruct('Fluent Bit', `the filter ${filter.name}`);
  const { call, code } = readLua(new Map(own), context.files);
  const results = runLuaFilter(
    { code, call, tag: context.tag, seed: context.seed },
    passing.map(({ record, atSeconds }) => ({ record, timestamp: 1_700_000_000 + atSeconds })),
  );
  return passing.flatMap((one, index) => {
    const record = results[index];
    return record === undefined ? [] : [{ ...one, record }];
  });
}

function readLua(
  properties: ReadonlyMap<string, string>,
  files: Readonly<Record<string, string>>,
): { call: string; code: string } {
  const known = ['call', 'code', 'script', 'protected_mode', 'type_int_key'];
  const unknown = [...properties.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) throw new UnsupportedConstruct('Fluent Bit', `the property ${unknown} of lua`);
  const call = properties.get('call');
  if (call === undefined) throw new RefusedConfiguration('Fluent Bit', 'lua needs call, the name of its function');
  const script = properties.get('script');
  const code = properties.get('code') ?? (script === undefined ? undefined : files[script]);
  if (code === undefined)
    throw new RefusedConfiguration('Fluent Bit', `lua needs code, or a script that exists, not ${script}`);
  return { call, code };
}
