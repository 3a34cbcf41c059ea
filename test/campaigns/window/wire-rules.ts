import { asArray, asObject, asString, type JsonObject } from '../../../server/src/kernel/json.ts';

/** What is wrong with a request by the rules its provider publishes; undefined: nothing. Knows nothing of Weir's own model. */
export type WireRule = (body: JsonObject) => string | undefined;

export const WIRE_RULES: Readonly<Record<string, WireRule>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
};

/** Tool messages follow at once on the assistant message that holds their calls, one for each call, and nowhere else. */
function openaiChat(body: JsonObject): string | undefined {
  let owed = new Set<string>();
  let isFirst = true;
  for (const message of objects(body.messages)) {
    const role = asString(message.role);
    if (role === 'tool') {
      if (!owed.delete(asString(message.tool_call_id) ?? '')) return 'a tool message answers no call before it';
      continue;
    }
    if (owed.size > 0) return `${owed.size} calls are not answered before the next message`;
    if (role === 'assistant') {
      if (isFirst) return 'begins with the assistant';
      const calls = objects(message.tool_calls);
      owed = new Set(calls.map((call) => asString(call.id) ?? ''));
      if (owed.size !== calls.length) return 'two calls of one message have one id';
      if (calls.length === 0 && typeof message.content !== 'string') return 'an assistant message says nothing';
    }
    if (role === 'user') isFirst = false;
  }
  return owed.size > 0 ? 'ends with calls that are not answered' : undefined;
}

/** Every output has its call before it, every call its output after it. */
function openaiResponses(body: JsonObject): string | undefined {
  const open = new Set<string>();
  let hasUser = false;
  for (const item of objects(body.input)) {
    const id = asString(item.call_id) ?? '';
    if (item.type === 'function_call') {
      if (open.has(id)) return 'a call with an id that is still open';
      open.add(id);
    } else if (item.type === 'function_call_output') {
      if (!open.delete(id)) return 'an output without a call before it';
    } else if (item.role === 'user') hasUser = true;
    const isAnswer = item.role === 'assistant' || item.type === 'reasoning' || item.type === 'function_call';
    if (isAnswer && !hasUser) return 'begins with the assistant';
  }
  return open.size > 0 ? 'a call without an output' : undefined;
}

/** Begins with the user; what the assistant uses is answered in the very next user message, in its first blocks. */
function anthropicMessages(body: JsonObject): string | undefined {
  let owed = new Set<string>();
  for (const [at, message] of objects(body.messages).entries()) {
    if (at === 0 && message.role !== 'user') return 'begins with the assistant';
    const blocks = objects(message.content);
    const results = blocks.filter(({ type }) => type === 'tool_result');
    if (message.role === 'assistant' && owed.size > 0) return 'tool_use without tool_result in the next message';
    for (const [place, block] of blocks.entries()) {
      if (block.type !== 'tool_result') continue;
      if (place >= results.length) return 'a tool_result behind other blocks';
      if (!owed.delete(asString(block.tool_use_id) ?? ''))
        return 'a tool_result without tool_use in the message before';
    }
    if (owed.size > 0) return 'tool_use without tool_result in the next message';
    if (message.role === 'user' && at === 0 && results.length > 0) return 'begins with a tool_result';
    const uses = blocks.filter(({ type }) => type === 'tool_use');
    owed = new Set(uses.map(({ id }) => asString(id) ?? ''));
    if (owed.size !== uses.length) return 'two uses of one message have one id';
    if (blocks.length === 0 && asString(message.content) === undefined) return 'a message without content';
  }
  return owed.size > 0 ? 'ends with tool_use' : undefined;
}

/** Turns begin with the user; function calls are answered in the next turn, as many as there were. */
function geminiGenerate(body: JsonObject): string | undefined {
  let owed = 0;
  for (const [at, turn] of objects(body.contents).entries()) {
    if (at === 0 && turn.role !== 'user') return 'begins with the model';
    const parts = objects(turn.parts);
    if (parts.length === 0) return 'a turn without parts';
    const responses = parts.filter(({ functionResponse }) => functionResponse !== undefined).length;
    if (turn.role === 'model' && responses > 0) return 'the model answers a call';
    if (responses !== owed) return `${responses} responses to ${owed} calls`;
    owed = parts.filter(({ functionCall }) => functionCall !== undefined).length;
  }
  return owed > 0 ? 'ends with function calls' : undefined;
}

function objects(value: unknown): JsonObject[] {
  return (asArray(value) ?? []).map((item) => asObject(item) ?? {});
}
