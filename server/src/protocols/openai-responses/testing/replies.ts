import type { ChatReply, Content, FinishReason } from '../../../kernel/chat.ts';
import { usage } from '../../../kernel/usage.ts';

/** Replies as other wires give them. */
function reply(content: Content[], finishReason: FinishReason = 'stop'): ChatReply {
  return {
    id: 'msg_01ABC',
    model: 'claude-sonnet-4-5',
    createdS: 1_760_000_000,
    choices: [{ index: 0, content, finishReason }],
    usage: usage({ input: 10, cacheRead: 5, cacheWrite5m: 3, cacheWrite1h: 2, output: 7, reasoning: 4 }),
  };
}

export const REPLIES: Readonly<Record<string, ChatReply>> = {
  text: reply([{ type: 'text', text: 'Hello 🦫, "world".' }]),
  'two texts': reply([
    { type: 'text', text: 'One.' },
    { type: 'text', text: 'Two.' },
  ]),
  'reasoning with a foreign signature, then a call': reply(
    [
      { type: 'reasoning', text: 'Need the weather.', signature: 'sig==', wire: 'anthropic-messages' },
      { type: 'text', text: 'Let me look.' },
      { type: 'tool-call', id: 'toolu_1', name: 'weather', argumentsText: '{"city":"Oslo"}' },
      { type: 'tool-call', id: 'toolu_2', name: 'weather', argumentsText: '{"city":"Rome"}' },
    ],
    'tool-calls',
  ),
  'redacted reasoning': reply([
    { type: 'reasoning', text: '', encrypted: 'REDACTED', wire: 'anthropic-messages' },
    { type: 'text', text: 'Done.' },
  ]),
  'a custom tool call': reply(
    [{ type: 'tool-call', id: 'toolu_3', name: 'apply_patch', argumentsText: '{"input":"*** Begin Patch\\n"}' }],
    'tool-calls',
  ),
  'a call without arguments': reply([{ type: 'tool-call', id: 'c', name: 'weather', argumentsText: '' }], 'tool-calls'),
  'a refusal': reply([{ type: 'refusal', text: 'No.' }], 'refusal'),
  'a cut reply': reply([{ type: 'text', text: 'Once' }], 'length'),
  'an empty reply': reply([]),
};
