import { asArray, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { readText } from './read-text.ts';

/** What a tool's result says: structuredContent, else text that is JSON, else text, else its content as it came. */
export function unwrapResult(result: JsonObject): Json {
  if (result.structuredContent !== undefined && result.structuredContent !== null) return result.structuredContent;
  const content = asArray(result.content) ?? [];
  const texts = textsOf(content);
  if (texts.length > 0) return readText(texts.join('\n'));
  return content.length > 0 ? content : null;
}

/** The texts of content blocks, embedded text resources included, in order. */
export function textsOf(content: readonly Json[]): string[] {
  return content.flatMap((block) => {
    if (!isObject(block)) return [];
    const text = block.type === 'resource' && isObject(block.resource) ? block.resource.text : block.text;
    return asString(text) ?? [];
  });
}
