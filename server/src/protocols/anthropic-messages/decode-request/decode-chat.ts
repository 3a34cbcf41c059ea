import type { ChatRequest, Message } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import { compact, isObject, type Json, type JsonObject } from '../../../kernel/json.ts';
import { isBillingBlock, withoutBillingLine } from './billing-block.ts';
import {
  optionalArray,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalString,
  requireArray,
  requireObject,
  requireString,
} from './check-fields.ts';
import { decodeContent } from './decode-content.ts';
import { decodeMessage } from './decode-message.ts';
import { decodeReasoning, decodeResponseFormat } from './decode-options.ts';
import { decodeToolChoice, decodeTools } from './decode-tools.ts';
import { Leftovers } from './leftovers.ts';

const KNOWN_FIELDS = new Set([
  'model',
  'messages',
  'max_tokens',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'metadata',
  'stream',
]);

/** The neutral form of a Messages body, with the billing line left out. Throws `request.invalid` naming the field. */
export function decodeChat(json: JsonObject): ChatRequest {
  const leftovers = new Leftovers();
  leftovers.takeUnknown('', json, KNOWN_FIELDS);
  const metadata = optionalObject(json.metadata, 'metadata') ?? {};
  leftovers.takeUnknown('metadata.', metadata, new Set(['user_id']));
  const toolChoice = optionalObject(json.tool_choice, 'tool_choice');
  const isSequential = optionalBoolean(toolChoice?.disable_parallel_tool_use, 'tool_choice.disable_parallel_tool_use');
  return {
    ...compact({
      tools: decodeTools(json.tools, leftovers),
      toolChoice: decodeToolChoice(toolChoice),
      parallelToolCalls: isSequential === undefined ? undefined : !isSequential,
      maxOutputTokens: optionalNumber(json.max_tokens, 'max_tokens'),
      temperature: optionalNumber(json.temperature, 'temperature'),
      topP: optionalNumber(json.top_p, 'top_p'),
      topK: optionalNumber(json.top_k, 'top_k'),
      stop: decodeStop(json.stop_sequences),
      responseFormat: decodeResponseFormat(json.output_config),
      reasoning: decodeReasoning(json, leftovers),
      user: optionalString(metadata.user_id, 'metadata.user_id'),
    }),
    model: requireString(json.model, 'model'),
    messages: [...decodeSystem(json.system, leftovers), ...decodeMessages(json.messages, leftovers)],
    stream: optionalBoolean(json.stream, 'stream') ?? false,
    includeUsage: true,
    extensions: { wire: 'anthropic-messages', fields: leftovers.fields },
  };
}

function decodeSystem(system: Json | undefined, leftovers: Leftovers): Message[] {
  if (system === undefined || system === null) return [];
  const blocks = typeof system === 'string' ? textBlocks(withoutBillingLine(system)) : requireArray(system, 'system');
  const content = blocks
    .map((block, index) => ({ block, param: `system[${index}]` }))
    .filter(({ block }) => !isBillingBlock(block))
    .map(({ block, param }) => {
      if (requireString(requireObject(block, param).type, `${param}.type`) !== 'text') {
        throw invalidRequest(`${param}.type`, 'must be "text"');
      }
      return decodeContent(block, param, leftovers);
    });
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

function textBlocks(text: string): Json[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function decodeMessages(value: Json | undefined, leftovers: Leftovers): Message[] {
  return requireArray(value, 'messages').flatMap((message, index) =>
    decodeMessage(isObject(message) ? message : {}, `messages[${index}]`, leftovers),
  );
}

function decodeStop(value: Json | undefined): string[] | undefined {
  return optionalArray(value, 'stop_sequences')?.map((item, index) => requireString(item, `stop_sequences[${index}]`));
}
