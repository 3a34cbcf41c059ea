import { asArray, asObject, asString, type Json, type JsonObject } from '../../kernel/json.ts';

/**
 * Models that think give their content in pieces, some of them `{type: "thinking", thinking: [texts]}`. This gives every
 * message or delta of a reply the plain form that OpenAI's other relatives use: a string and `reasoning_content`.
 */
export function withPlainThinking(reply: JsonObject): JsonObject {
  const choices = asArray(reply.choices);
  return choices === undefined ? reply : { ...reply, choices: choices.map(plainChoice) };
}

function plainChoice(value: Json): Json {
  const choice = asObject(value);
  if (choice === undefined) return value;
  const plain = { ...choice };
  for (const key of ['message', 'delta']) {
    const said = asObject(choice[key]);
    const pieces = asArray(said?.content);
    if (pieces !== undefined) plain[key] = { ...said, ...plainContent(pieces) };
  }
  return plain;
}

function plainContent(pieces: readonly Json[]): JsonObject {
  let content = '';
  let reasoning = '';
  for (const piece of pieces) {
    const { type, text, thinking } = asObject(piece) ?? {};
    if (type === 'thinking')
      reasoning += (asArray(thinking) ?? []).map((each) => asString(asObject(each)?.text) ?? '').join('');
    else content += asString(text) ?? '';
  }
  return reasoning === '' ? { content } : { content, reasoning_content: reasoning };
}
