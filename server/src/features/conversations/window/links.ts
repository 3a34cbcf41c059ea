import type { Content, Message } from '../../../kernel/chat.ts';
import { asString, isObject } from '../../../kernel/json.ts';

/** The id of the call that a piece of content makes and somebody must answer; undefined when it makes none. */
export function callIdOf(content: Content): string | undefined {
  if (content.type === 'tool-call') return content.id;
  if (content.type !== 'opaque' || !isObject(content.value)) return undefined;
  const { name, value } = content;
  if (name === 'custom_tool_call') return asString(value.call_id) ?? asString(value.id);
  if (name === 'mcp_approval_request') return asString(value.id);
  // Calls of hosted tools that run at the provider have no call_id: nobody answers them.
  return name.endsWith('_call') ? asString(value.call_id) : undefined;
}

/** The id of the call that a piece of content answers; undefined when it answers none. */
export function answeredIdOf(content: Content): string | undefined {
  if (content.type === 'tool-result') return content.toolCallId;
  if (content.type !== 'opaque' || !isObject(content.value)) return undefined;
  if (content.name === 'mcp_approval_response') return asString(content.value.approval_request_id);
  return content.name.endsWith('_output') ? asString(content.value.call_id) : undefined;
}

export function isInstruction({ role }: Message): boolean {
  return role === 'system' || role === 'developer';
}
