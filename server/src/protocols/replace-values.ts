import { scanItems, scanMembers } from './json-members.ts';

/** Where a value is inside of a body: names of members and indexes of items. */
export type ValuePath = readonly (string | number)[];

export interface Replacement {
  readonly path: ValuePath;
  /** The new value as JSON text. */
  readonly json: string;
}

/** The body with other values at some places; every other byte stays. `body` must be valid JSON that has these places. */
export function replaceValues(body: Buffer, replacements: readonly Replacement[]): Buffer {
  const cuts = replacements.map(({ path, json }) => ({ ...spanOf(body, path), json }));
  cuts.sort((left, right) => left.start - right.start);
  const pieces: Buffer[] = [];
  let copied = 0;
  for (const { start, end, json } of cuts) {
    pieces.push(body.subarray(copied, start), Buffer.from(json));
    copied = end;
  }
  pieces.push(body.subarray(copied));
  return Buffer.concat(pieces);
}

function spanOf(body: Buffer, path: ValuePath): { start: number; end: number } {
  let start = 0;
  let end = body.length;
  for (const step of path) {
    const inside = body.subarray(start, end);
    const [from, to] = typeof step === 'number' ? itemSpan(inside, step) : memberSpan(inside, step);
    end = start + to;
    start += from;
  }
  return { start, end };
}

function itemSpan(body: Buffer, index: number): [number, number] {
  const offsets = scanItems(body);
  return found(offsets[index * 2], offsets[index * 2 + 1]);
}

/** Of several members with one name the last one counts, as for JSON.parse. */
function memberSpan(body: Buffer, name: string): [number, number] {
  const offsets = scanMembers(body);
  for (let at = offsets.length - 4; at >= 0; at -= 4) {
    const key = JSON.parse(body.toString('utf8', offsets[at], offsets[at + 1]));
    if (key === name) return found(offsets[at + 2], offsets[at + 3]);
  }
  return found(undefined, undefined);
}

function found(start: number | undefined, end: number | undefined): [number, number] {
  if (start === undefined || end === undefined) throw new Error('there is no value at this path');
  return [start, end];
}
