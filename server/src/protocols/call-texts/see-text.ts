import type { Origin } from '../../kernel/finding.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../kernel/json.ts';

export type TextPath = readonly (string | number)[];

/** Told of each text of a request. */
export type SeeText = (text: string, origin: Origin, path: TextPath) => void;

/** Goes through the texts of one wire's requests. */
export type WalkTexts = (json: JsonObject, see: SeeText) => void;

/** Content as most wires have it: a string, or a list of parts of which some have a `text`. */
export function seeContent(content: Json | undefined, see: SeeText, of: { origin: Origin; path: TextPath }): void {
  if (typeof content === 'string') return see(content, of.origin, of.path);
  for (const [index, part] of (asArray(content) ?? []).entries()) {
    const text = typeof part === 'string' ? part : asObject(part)?.text;
    if (typeof text !== 'string') continue;
    const path = [...of.path, index];
    see(text, of.origin, typeof part === 'string' ? path : [...path, 'text']);
  }
}
