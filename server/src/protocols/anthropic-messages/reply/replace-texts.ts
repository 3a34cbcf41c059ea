import { asArray, asObject, type Json, parseJson } from '../../../kernel/json.ts';
import { replaceValues } from '../../replace-values.ts';

/** A message that says something else: its first text block has all of it, further ones go, because an empty one is an error. */
export function replaceBlockTexts(body: Buffer, texts: ReadonlyMap<number, string>): Buffer {
  const text = texts.get(0);
  const blocks = asArray(asObject(parseJson(body.toString('utf8')))?.content) ?? [];
  const first = blocks.findIndex(isText);
  if (text === undefined || first < 0) return body;
  if (blocks.filter(isText).length === 1) {
    return replaceValues(body, [{ path: ['content', first, 'text'], json: JSON.stringify(text) }]);
  }
  const content = blocks.flatMap((block, at) => {
    if (!isText(block)) return [block];
    return at === first ? [{ type: 'text', text }] : [];
  });
  return replaceValues(body, [{ path: ['content'], json: JSON.stringify(content) }]);
}

function isText(block: Json): boolean {
  return asObject(block)?.type === 'text';
}
