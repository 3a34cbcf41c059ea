import { withoutControlCharacters } from '../../../kernel/control-characters.ts';
import { asArray, asNumber, asObject, asString, parseJson } from '../../../kernel/json.ts';
import type { LogPattern } from '../pattern.ts';
import { isValueClass, VALUE_CLASSES } from './value-classes.ts';

/** What a model said, as far as it is about patterns we asked for; by real pattern ids. */
export interface Advice {
  readonly weights: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
  /** Proposals: nothing is merged or locked without a person. */
  readonly merges: readonly (readonly string[])[];
  readonly locks: readonly string[];
  /** Within 2..5; undefined: it said none. */
  readonly boost: number | undefined;
  readonly reasoning: string;
  /** Entries about patterns we did not name, or of a class there is not. */
  readonly rejected: number;
}

const MOST_REASONING = 2000;
const MOST_NAME = 60;
const BOOST = { least: 2, most: 5 };

/** Reads a model's reply, trusting nothing in it. undefined: it is not the JSON that was asked for. */
export function readAdvice(reply: string, patterns: ReadonlyMap<string, LogPattern>): Advice | undefined {
  const written = asObject(parseJson(jsonIn(reply)));
  const entries = asArray(written?.patterns);
  const reasoning = asString(written?.reasoning);
  if (written === undefined || entries === undefined || reasoning === undefined) return undefined;
  const real = (short: unknown) => (typeof short === 'string' ? patterns.get(short)?.id : undefined);
  const weights = new Map<string, number>();
  const names = new Map<string, string>();
  let rejected = 0;
  for (const entry of entries) {
    const fields = asObject(entry);
    const id = real(fields?.id);
    const valueClass = fields?.class;
    if (id === undefined || !isValueClass(valueClass)) {
      rejected++;
      continue;
    }
    weights.set(id, VALUE_CLASSES[valueClass]);
    const name = oneLine(asString(fields?.name) ?? '', MOST_NAME);
    if (name !== '') names.set(id, name);
  }
  const idsOf = (list: unknown) => {
    const ids = (asArray(list as never) ?? []).map(real);
    rejected += ids.filter((id) => id === undefined).length;
    return [...new Set(ids.filter((id) => id !== undefined))];
  };
  const merges = (asArray(written.merges) ?? []).map(idsOf).filter(({ length }) => length > 1);
  const locks = idsOf(written.locks);
  return {
    ...{ weights, names, merges, locks, boost: clamped(asNumber(written.anomaly_boost)) },
    ...{ reasoning: oneLine(reasoning, MOST_REASONING), rejected },
  };
}

/** Models like to put a fence around JSON, or a sentence before it. */
function jsonIn(reply: string): string {
  return reply.slice(Math.max(0, reply.indexOf('{')), reply.lastIndexOf('}') + 1);
}

function clamped(boost: number | undefined): number | undefined {
  if (boost === undefined || !Number.isFinite(boost)) return undefined;
  return Math.min(BOOST.most, Math.max(BOOST.least, boost));
}

function oneLine(text: string, most: number): string {
  return withoutControlCharacters(text).replaceAll(/\s+/g, ' ').trim().slice(0, most);
}
