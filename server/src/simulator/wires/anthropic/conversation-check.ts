import { isObject, type JsonObject, objectsIn, stringOf } from '../../json.ts';
import { anthropicRefusal } from './family.ts';
import { isSignatureValid } from './thinking-signature.ts';

/** Roles, blocks, and the pairing of tool calls with their results. */
export function checkConversation(body: JsonObject, version: string): void {
  const messages = body.messages as unknown[];
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const path = `messages.${index}`;
    if (!isObject(message)) throw anthropicRefusal(`${path}: Input should be an object`, path);
    if (!['user', 'assistant', 'system'].includes(String(message.role))) {
      throw anthropicRefusal(`${path}.role: Input should be 'user' or 'assistant'`, `${path}.role`);
    }
    if (typeof message.content !== 'string' && !Array.isArray(message.content)) {
      throw anthropicRefusal(`${path}.content: Input should be a string or a list of blocks`, `${path}.content`);
    }
    const blocks = objectsIn(message.content);
    for (const [at, block] of blocks.entries()) {
      checkBlock(block, { path: `${path}.content.${at}`, role: String(message.role), version });
    }
    checkResults(blocks, open, path);
    open = new Set(blocks.filter((block) => block.type === 'tool_use').map((block) => String(block.id)));
  }
  if (open.size > 0) throw unanswered(open, 'messages');
  checkThinkingFirst(body, messages);
}

function checkBlock(block: JsonObject, { path, role, version }: { path: string; role: string; version: string }): void {
  if (typeof block.type !== 'string') throw anthropicRefusal(`${path}.type: Field required`, `${path}.type`);
  if (block.type === 'text') {
    if (typeof block.text !== 'string') throw anthropicRefusal(`${path}.text: Field required`, `${path}.text`);
    if (block.text === '') throw anthropicRefusal(`${path}: text content blocks must be non-empty`, path);
  }
  if (block.type === 'thinking' && !isSignatureValid(stringOf(block.thinking) ?? '', block.signature)) {
    throw anthropicRefusal(`${path}: Invalid \`signature\` in \`thinking\` block`, path);
  }
  if (version !== '2026-10-21') return;
  if (block.type === 'document' && role === 'assistant') {
    throw anthropicRefusal(`${path}: document blocks are not permitted in assistant messages`, path);
  }
  if (block.type === 'text' && role === 'user' && Array.isArray(block.citations) && block.citations.length > 0) {
    throw anthropicRefusal(`${path}.citations: Extra inputs are not permitted`, `${path}.citations`);
  }
}

function checkResults(blocks: JsonObject[], open: Set<string>, path: string): void {
  const missing = new Set(open);
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'tool_result') continue;
    const id = String(block.tool_use_id);
    if (!missing.delete(id)) {
      const where = `${path}.content.${index}`;
      throw anthropicRefusal(
        `${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. The previous message has no such \`tool_use\` block.`,
        where,
      );
    }
  }
  if (missing.size > 0) throw unanswered(missing, path);
}

function unanswered(ids: Set<string>, path: string) {
  return anthropicRefusal(
    `${path}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...ids].join(', ')}`,
    path,
  );
}

/** While thinking is on, the assistant turn that called tools must still begin with its thinking. */
function checkThinkingFirst(body: JsonObject, messages: unknown[]): void {
  if (!isObject(body.thinking) || body.thinking.type !== 'enabled') return;
  const index = messages.findLastIndex((message) => isObject(message) && message.role === 'assistant');
  const message = messages[index];
  const blocks = isObject(message) ? objectsIn(message.content) : [];
  const first = String(blocks[0]?.type);
  if (blocks.some((block) => block.type === 'tool_use') && first !== 'thinking' && first !== 'redacted_thinking') {
    const path = `messages.${index}.content.0`;
    throw anthropicRefusal(
      `${path}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`.`,
      path,
    );
  }
}
