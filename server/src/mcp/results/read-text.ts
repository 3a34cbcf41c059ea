import { type Json, parseJson } from '../../kernel/json.ts';
import { isWithinDepth } from './within-bounds.ts';

const MAX_DEPTH = 64;

/** Text that is JSON as JSON; any other text, and JSON too deep to be walked, as it is. */
export function readText(text: string): Json {
  const json = parseJson(text);
  return json === undefined || !isWithinDepth(json, MAX_DEPTH) ? text : json;
}
