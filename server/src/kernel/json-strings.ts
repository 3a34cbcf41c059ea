import type { Json, JsonObject } from './json.ts';
import { parseJson } from './json.ts';

/** The strings of a JSON text, names of members excluded; of a text that is no JSON the text itself. */
export function stringsOfJsonText(text: string): string[] {
  const json = parseJson(text);
  if (json === undefined) return text === '' ? [] : [text];
  const strings: string[] = [];
  collect(json, strings);
  return strings;
}

/** The JSON text with other strings; the very same text when none changes. */
export function changeJsonText(text: string, change: (text: string) => string | undefined): string {
  const json = parseJson(text);
  if (json === undefined) return change(text) ?? text;
  const changed = changeStrings(json, change);
  return changed === json ? text : JSON.stringify(changed);
}

/** The value with other strings; the very same value when none changes. Depth is bounded by what the server lets in. */
export function changeStrings(json: Json, change: (text: string) => string | undefined): Json {
  if (typeof json === 'string') return change(json) ?? json;
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    const items = json.map((item) => changeStrings(item, change));
    return items.some((item, at) => item !== json[at]) ? items : json;
  }
  let isChanged = false;
  const members: JsonObject = {};
  for (const [name, value] of Object.entries(json)) {
    const changed = value === undefined ? value : changeStrings(value, change);
    isChanged ||= changed !== value;
    Object.defineProperty(members, name, { value: changed, enumerable: true, writable: true, configurable: true });
  }
  return isChanged ? members : json;
}

function collect(json: Json, strings: string[]): void {
  if (typeof json === 'string') {
    if (json !== '') strings.push(json);
  } else if (typeof json === 'object' && json !== null) {
    for (const value of Array.isArray(json) ? json : Object.values(json))
      if (value !== undefined) collect(value, strings);
  }
}
