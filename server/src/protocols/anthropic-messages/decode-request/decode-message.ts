import type { Content, Message, Role } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { requireString } from './check-fields.ts';
import { decodeContent } from './decode-content.ts';
import type { Leftovers } from './leftovers.ts';

const ROLES: readonly string[] = ['user', 'assistant', 'system'] satisfies Role[];

/**
 * One wire message as one or two neutral ones: the tool results of a user turn become a tool message before the rest of
 * the turn, because only the tool role holds results.
 */
export function decodeMessage(message: JsonObject, param: string, leftovers: Leftovers): Message[] {
  const role = requireString(message.role, `${param}.role`);
  if (!isRole(role)) throw invalidRequest(`${param}.role`, 'must be "user", "assistant" or "system"');
  const content = decodeMessageContent(message, param, leftovers);
  const results = content.filter((item) => item.type === 'tool-result');
  if (results.length === 0) return [{ role, content }];
  const rest = content.filter((item) => item.type !== 'tool-result');
  const tool: Message = { role: 'tool', content: results };
  return rest.length === 0 ? [tool] : [tool, { role, content: rest }];
}

function decodeMessageContent(message: JsonObject, param: string, leftovers: Leftovers): Content[] {
  const { content } = message;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    throw invalidRequest(`${param}.content`, content === undefined ? 'field required' : 'must be a string or an array');
  }
  return content.map((block, index) => {
    const at = `${param}.content[${index}]`;
    const item = decodeContent(block, at, leftovers);
    if (item.type === 'tool-call' && message.role !== 'assistant') throw misplaced(at, 'tool_use', message.role);
    if (item.type === 'tool-result' && message.role !== 'user') throw misplaced(at, 'tool_result', message.role);
    return item;
  });
}

function misplaced(param: string, type: string, role: Json | undefined): Error {
  return invalidRequest(`${param}.type`, `${type} has no place in a message of the role ${role}`);
}

function isRole(role: string): role is 'user' | 'assistant' | 'system' {
  return ROLES.includes(role);
}
