import type { ChatReply, Choice } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import { asArray, asNumber, asObject, asString, type Json, type JsonObject } from '../../kernel/json.ts';
import { decodeAssistantContent } from './decode-messages.ts';
import { decodeFinishReason } from './finish-reason.ts';
import { readStreamError } from './stream-error.ts';
import { decodeUsage } from './usage.ts';

/** Kind to what arrives: only choices must be there. */
export function decodeChatReply(json: JsonObject): ChatReply {
  // Some servers answer 200 with an error inside.
  if (asObject(json.error) !== undefined && json.choices === undefined) throw readStreamError(json.error);
  const choices = asArray(json.choices);
  if (choices === undefined || choices.length === 0) throw badReply('the reply has no choices');
  const usageJson = asObject(json.usage) ?? asObject(asObject(json.x_groq)?.usage);
  const usage = usageJson === undefined ? undefined : decodeUsage(usageJson);
  return {
    id: asString(json.id) ?? '',
    model: asString(json.model) ?? '',
    createdS: asNumber(json.created) ?? 0,
    choices: choices.map(decodeChoice),
    ...(usage === undefined ? {} : { usage }),
  };
}

function decodeChoice(json: Json, position: number): Choice {
  const choice = asObject(json);
  // The legacy completions wire answers with bare text.
  const text = asString(choice?.text);
  const message = asObject(choice?.message) ?? (text === undefined ? undefined : { content: text });
  if (choice === undefined || message === undefined) throw badReply(`choices[${position}] has no message`);
  const content = decodeContentKindly(message, position);
  const finishReason = decodeFinishReason(asString(choice.finish_reason) ?? 'stop', {
    hasToolCalls: content.some((item) => item.type === 'tool-call'),
    hasRefusal: content.some((item) => item.type === 'refusal'),
  });
  return {
    index: asNumber(choice.index) ?? position,
    content,
    finishReason,
    ...(choice.logprobs === undefined || choice.logprobs === null ? {} : { logprobs: choice.logprobs }),
  };
}

/** The reader is shared with requests, but here a wrong shape is the provider's fault. */
function decodeContentKindly(message: JsonObject, position: number): Choice['content'] {
  try {
    return decodeAssistantContent(message, `choices[${position}].message`);
  } catch (cause) {
    throw new WeirError('upstream.bad_reply', { details: { type: 'unexpected_shape' }, cause });
  }
}

function badReply(message: string): WeirError {
  return new WeirError('upstream.bad_reply', {
    message: `The provider sent a reply that cannot be understood: ${message}.`,
    details: { type: 'unexpected_shape' },
  });
}
