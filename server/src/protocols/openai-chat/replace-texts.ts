import { asArray, asNumber, asObject, parseJson } from '../../kernel/json.ts';
import { type Replacement, replaceValues } from '../replace-values.ts';

/** A chat completion with other texts: only `message.content` of those choices changes. */
export function replaceChatTexts(body: Buffer, texts: ReadonlyMap<number, string>): Buffer {
  const choices = asArray(asObject(parseJson(body.toString('utf8')))?.choices) ?? [];
  const replacements: Replacement[] = [];
  choices.forEach((choice, at) => {
    const text = texts.get(asNumber(asObject(choice)?.index) ?? at);
    if (text === undefined) return;
    const path = asObject(asObject(choice)?.message) === undefined ? ['text'] : ['message', 'content'];
    replacements.push({ path: ['choices', at, ...path], json: JSON.stringify(text) });
  });
  return replaceValues(body, replacements);
}
