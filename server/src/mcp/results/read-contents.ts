import { asArray, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { readText } from './read-text.ts';

/** The contents of a resource: of one text what it says, of bytes `{uri, mimeType, blob}` in base64; of several a list. */
export function readContents(result: JsonObject): Json {
  const contents = (asArray(result.contents) ?? []).filter(isObject).map((content) => {
    const text = asString(content.text);
    if (text !== undefined) return readText(text);
    return {
      uri: asString(content.uri) ?? null,
      mimeType: asString(content.mimeType) ?? null,
      blob: content.blob ?? null,
    };
  });
  return contents.length === 1 ? (contents[0] as Json) : contents;
}
