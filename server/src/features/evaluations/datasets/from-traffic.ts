import { asArray, asObject, asString, isObject, type JsonObject, parseJson } from '../../../kernel/json.ts';
import type { ItemContent } from '../item.ts';

/** What is kept of a call, as JSON texts. */
export interface KeptCall {
  readonly request: string | null;
  readonly reply: string | null;
}

/**
 * A case out of a recorded call: its messages, the last question as `input` for candidates with templates, and what the model
 * answered as what is expected, for a person to correct. Reads the wires that have messages: OpenAI chat, Anthropic, the seed APIs. Undefined: nothing usable is kept.
 */
export function itemFromCall({ request, reply }: KeptCall): ItemContent | undefined {
  const asked = asObject(parseJson(request ?? ''));
  if (asked === undefined) return undefined;
  const messages = messagesOf(asked);
  if (messages.length === 0) return undefined;
  const question = asString(messages.findLast(({ role }) => role === 'user')?.content);
  const vars = question === undefined ? {} : { input: question };
  return { vars, messages, expected: answerOf(parseJson(reply ?? '')) };
}

function messagesOf(asked: JsonObject): JsonObject[] {
  const system = asString(asked.system) ?? asString(asked.system_prompt) ?? asString(asked.instructions);
  const turns = (asArray(asked.messages) ?? []).filter(isObject).map(({ role, content }) => ({ role, content }));
  const lone = asString(asked.prompt) ?? asString(asked.inputs) ?? asString(asked.input);
  if (turns.length === 0 && lone !== undefined) turns.push({ role: 'user', content: lone });
  return system === undefined || turns.length === 0 ? turns : [{ role: 'system', content: system }, ...turns];
}

function answerOf(reply: unknown): string | null {
  const object = asObject(reply);
  if (object === undefined) return null;
  const choice = asObject(asArray(object.choices)?.[0]);
  const data = asObject(object.data) ?? object;
  const texts = asArray(object.content) ?? asArray(object.texts) ?? [];
  const joined = texts.map((part) => asString(part) ?? asString(asObject(part)?.text) ?? '').join('');
  const said =
    asString(asObject(choice?.message)?.content) ?? asString(data.content) ?? asString(data.output) ?? joined;
  return said === '' ? null : said;
}
