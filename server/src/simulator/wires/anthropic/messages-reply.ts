import { isObject, type JsonObject } from '../../json.ts';
import type { Answer } from '../../mind/turn.ts';
import { newId } from '../../new-id.ts';
import { signThinking } from './thinking-signature.ts';

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use' } as const;

export function encodeMessage(body: JsonObject, answer: Answer, usage: JsonObject): JsonObject {
  return {
    id: newId('msg_01'),
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: contentBlocks(answer, body),
    stop_reason: answer.stopSequence === undefined ? STOP_REASONS[answer.finish] : 'stop_sequence',
    stop_sequence: answer.stopSequence ?? null,
    usage,
  };
}

function contentBlocks(answer: Answer, body: JsonObject): JsonObject[] {
  const blocks: JsonObject[] = [];
  if (answer.thinking !== '') {
    const omitted = isObject(body.thinking) && body.thinking.display === 'omitted';
    const thinking = omitted ? '' : answer.thinking;
    blocks.push({ type: 'thinking', thinking, signature: signThinking(thinking) });
  }
  if (answer.text !== '') blocks.push({ type: 'text', text: answer.text });
  for (const call of answer.calls) {
    blocks.push({ type: 'tool_use', id: newId('toolu_01'), name: call.name, input: JSON.parse(call.input) });
  }
  return blocks;
}
