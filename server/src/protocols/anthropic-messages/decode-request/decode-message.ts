import type { Content, Message, Role } from '../../../kernel/chat.ts';
import { invalidRequest } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
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
  return content.map((block, index) => decodeContent(block, `${param}.content[${index}]`, leftovers));
}

function isRole(role: string): role is 'user' | 'assistant' | 'system' {
  return ROLES.includes(role);
}
