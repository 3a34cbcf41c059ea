import type { Wire } from '../../kernel/chat.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../kernel/json.ts';
import type { TextPath } from './see-text.ts';

/** text: a string · json-text: JSON inside of a string · json: a value whose strings are texts · probe: what tells the text otherwise. */
export type ReplyValueKind = 'text' | 'json-text' | 'json' | 'probe';

export type SeeValue = (value: Json | undefined, kind: ReplyValueKind, path: TextPath) => void;

export type WalkReply = (json: JsonObject, see: SeeValue) => void;

/** Where texts are in the replies of the wires that clients speak. */
export const REPLY_WALKS: Partial<Record<Wire, WalkReply>> = {
  'openai-chat': ({ choices }, see) => {
    each(choices, (choice, at) => {
      walkMessage(asObject(choice.message) ?? {}, see, ['choices', at, 'message']);
      see(choice.logprobs, 'probe', ['choices', at, 'logprobs']);
    });
  },
  'openai-completions': ({ choices }, see) => {
    each(choices, (choice, at) => {
      see(choice.text, 'text', ['choices', at, 'text']);
      see(choice.logprobs, 'probe', ['choices', at, 'logprobs']);
    });
  },
  'openai-responses': ({ output }, see) => {
    each(output, (item, at) => {
      const path = ['output', at];
      each(item.content, (part, index) => {
        see(part.text, 'text', [...path, 'content', index, 'text']);
        see(part.refusal, 'text', [...path, 'content', index, 'refusal']);
      });
      each(item.summary, (part, index) => see(part.text, 'text', [...path, 'summary', index, 'text']));
      see(item.arguments, 'json-text', [...path, 'arguments']);
      if (item.type === 'custom_tool_call') see(item.input, 'text', [...path, 'input']);
    });
  },
  'anthropic-messages': ({ content }, see) => {
    each(content, (block, at) => {
      see(block.text, 'text', ['content', at, 'text']);
      see(block.thinking, 'text', ['content', at, 'thinking']);
      if (block.type === 'tool_use') see(block.input, 'json', ['content', at, 'input']);
    });
  },
};

function walkMessage(message: JsonObject, see: SeeValue, path: TextPath): void {
  for (const name of ['content', 'refusal', 'reasoning', 'reasoning_content'])
    see(message[name], 'text', [...path, name]);
  each(message.content, (part, at) => see(part.text, 'text', [...path, 'content', at, 'text']));
  see(asObject(message.function_call)?.arguments, 'json-text', [...path, 'function_call', 'arguments']);
  each(message.tool_calls, (call, at) => {
    const of = [...path, 'tool_calls', at];
    see(asObject(call.function)?.arguments, 'json-text', [...of, 'function', 'arguments']);
    see(asObject(call.custom)?.input, 'text', [...of, 'custom', 'input']);
  });
}

function each(list: Json | undefined, visit: (entry: JsonObject, at: number) => void): void {
  for (const [at, entry] of (asArray(list) ?? []).entries()) visit(asObject(entry) ?? {}, at);
}
