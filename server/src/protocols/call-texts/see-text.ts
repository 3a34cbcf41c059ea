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
  asArray(content)?.forEach((part, index) => {
    const path = [...of.path, index];
    if (typeof part === 'string') return see(part, of.origin, path);
    const text = asObject(part)?.text;
    if (typeof text === 'string') see(text, of.origin, [...path, 'text']);
  });
}
