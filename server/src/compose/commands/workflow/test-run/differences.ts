import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../../../kernel/json.ts';

export interface Difference {
  /** `output.refunded`, `steps.judge.status`; '' for the whole. */
  readonly place: string;
  /** Undefined: it is not there. */
  readonly expected: unknown;
  readonly got: unknown;
}

/** The smallest places in which two JSON values differ, in the order of the expected one. */
export function differences(expected: unknown, got: unknown, place = ''): Difference[] {
  if (isDeepStrictEqual(expected, got)) return [];
  const inner = membersOf(expected, got);
  if (inner === undefined) return [{ place, expected, got }];
  return inner.flatMap(([name, one, other]) => differences(one, other, place === '' ? name : `${place}.${name}`));
}

/** Undefined: they are not of the same kind, or have nothing inside. */
function membersOf(expected: unknown, got: unknown): [string, unknown, unknown][] | undefined {
  if (Array.isArray(expected) && Array.isArray(got)) {
    const length = Math.max(expected.length, got.length);
    return Array.from({ length }, (_, at) => [String(at), expected[at], got[at]]);
  }
  if (!isObject(expected) || !isObject(got)) return undefined;
  const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
  return names.map((name) => [name, expected[name], got[name]]);
}
