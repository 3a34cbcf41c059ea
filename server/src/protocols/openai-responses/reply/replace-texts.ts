import { asArray, asObject, parseJson } from '../../../kernel/json.ts';
import { type Replacement, replaceValues } from '../../replace-values.ts';

/** A response that says something else: its first output text has all of it, further ones are empty. */
export function replaceOutputTexts(body: Buffer, texts: ReadonlyMap<number, string>): Buffer {
  const text = texts.get(0);
  if (text === undefined) return body;
  const response = asObject(parseJson(body.toString('utf8')));
  const replacements: Replacement[] = [];
  (asArray(response?.output) ?? []).forEach((item, itemAt) => {
    (asArray(asObject(item)?.content) ?? []).forEach((part, partAt) => {
      if (asObject(part)?.type !== 'output_text') return;
      const said = replacements.length === 0 ? text : '';
      replacements.push({ path: ['output', itemAt, 'content', partAt, 'text'], json: JSON.stringify(said) });
    });
  });
  // Some servers repeat the text where the SDKs put it themselves.
  if (typeof response?.output_text === 'string')
    replacements.push({ path: ['output_text'], json: JSON.stringify(text) });
  return replaceValues(body, replacements);
}
