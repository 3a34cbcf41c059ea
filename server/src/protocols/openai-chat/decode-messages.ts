import type { Content, Message, ToolCallContent } from '../../kernel/chat.ts';
import { invalidRequest } from '../../kernel/errors.ts';
import { asObject, asString, isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { decodeContent, requireString } from './decode-content.ts';

export function decodeMessages(messages: readonly Json[]): Message[] {
  return messages.map((message, index) => {
    const param = `messages[${index}]`;
    if (!isObject(message)) throw invalidRequest(param, 'expected an object');
    return decodeMessage(message, param);
  });
}

function decodeMessage(message: JsonObject, param: string): Message {
  const name = asString(message.name);
  const named = name === undefined ? {} : { name };
  switch (message.role) {
    case 'system':
    case 'developer':
    case 'user':
      return { role: message.role, content: decodeContent(message.content, `${param}.content`), ...named };
    case 'assistant':
      return { role: 'assistant', content: decodeAssistantContent(message, param), ...named };
    case 'tool': {
      const toolCallId = requireString(message.tool_call_id, `${param}.tool_call_id`);
      const content = decodeContent(message.content, `${param}.content`);
      return { role: 'tool', content: [{ type: 'tool-result', toolCallId, content }] };
    }
    case 'function': {
      const toolName = requireString(message.name, `${param}.name`);
      const content = decodeContent(message.content, `${param}.content`);
      return {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: legacyCallId(toolName), toolName, content }],
      };
    }
    default:
      throw invalidRequest(`${param}.role`, 'expected system, developer, user, assistant or tool');
  }
}

/** An assistant's message, in a request or a reply: reasoning, text, refusal, tool calls. */
export function decodeAssistantContent(message: JsonObject, param: string): Content[] {
  const content: Content[] = [];
  // Not OpenAI's field: DeepSeek, vLLM and others show reasoning text so, and some want it back.
  const reasoning = asString(message.reasoning_content) ?? asString(message.reasoning);
  if (reasoning !== undefined && reasoning !== '')
    content.push({ type: 'reasoning', text: reasoning, wire: 'openai-chat' });
  content.push(...decodeContent(message.content, `${param}.content`));
  const refusal = asString(message.refusal);
  if (refusal !== undefined && refusal !== '') content.push({ type: 'refusal', text: refusal });
  if (message.tool_calls !== undefined && message.tool_calls !== null) {
    content.push(...decodeToolCalls(message.tool_calls, `${param}.tool_calls`));
  }
  const legacy = asObject(message.function_call);
  if (legacy !== undefined)
    content.push(functionCall(legacyCallId(asString(legacy.name) ?? ''), legacy, `${param}.function_call`));
  return content;
}

function decodeToolCalls(calls: Json, param: string): Content[] {
  if (!Array.isArray(calls)) throw invalidRequest(param, 'expected an array');
  return calls.map((call, index) => {
    const at = `${param}[${index}]`;
    if (!isObject(call)) throw invalidRequest(at, 'expected an object');
    // Free-text tools exist on this wire alone.
    if (call.type === 'custom') return { type: 'opaque', wire: 'openai-chat', name: 'custom_tool_call', value: call };
    const called = asObject(call.function);
    if (called === undefined) throw invalidRequest(`${at}.function`, 'expected an object');
    return functionCall(asString(call.id) ?? legacyCallId(asString(called.name) ?? ''), called, `${at}.function`);
  });
}

function functionCall(id: string, called: JsonObject, param: string): ToolCallContent {
  const written = called.arguments;
  // Some servers give the arguments parsed.
  const argumentsText = isObject(written) ? JSON.stringify(written) : (asString(written) ?? '');
  return { type: 'tool-call', id, name: requireString(called.name, `${param}.name`), argumentsText };
}

/** The retired function_call form has no ids: a call and its result meet by the function's name. */
function legacyCallId(name: string): string {
  return `call_${name}`;
}
