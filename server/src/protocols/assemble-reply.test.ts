import { describe, expect, it } from 'vitest';
import type { ChatReply, Part } from '../kernel/chat.ts';
import { usage } from '../kernel/usage.ts';
import { partsOf, ReplyAssembler } from './assemble-reply.ts';

function assemble(parts: readonly Part[]): ChatReply {
  const assembler = new ReplyAssembler();
  for (const part of parts) assembler.add(part);
  return assembler.reply();
}

const REPLY: ChatReply = {
  id: 'r',
  model: 'm',
  createdS: 7,
  choices: [
    {
      index: 0,
      content: [
        { type: 'reasoning', text: 'hm', signature: 's', wire: 'anthropic-messages' },
        { type: 'reasoning', text: '', encrypted: 'e', wire: 'openai-responses', id: 'rs_1' },
        { type: 'text', text: 'a' },
        { type: 'opaque', wire: 'anthropic-messages', name: 'server_tool_use', value: { id: 1 } },
        { type: 'tool-call', id: 't', name: 'f', argumentsText: '{}', signature: 'g' },
        { type: 'tool-call', id: 'u', name: 'f', argumentsText: '' },
        { type: 'refusal', text: 'no' },
      ],
      finishReason: 'stop',
      stopSequence: 'END',
    },
    { index: 1, content: [], finishReason: 'length' },
  ],
  usage: usage({ input: 1 }),
};

describe('ReplyAssembler', () => {
  it('puts together what partsOf took apart', () => {
    expect(assemble(partsOf(REPLY))).toEqual(REPLY);
  });

  it('joins the deltas of a block and keeps the last usage', () => {
    const reply = assemble([
      { type: 'start', id: 'r', model: 'm', createdS: 1 },
      { type: 'usage', usage: usage({ input: 1 }) },
      { type: 'text-delta', choice: 0, block: 0, text: 'a' },
      { type: 'text-delta', choice: 0, block: 0, text: 'b' },
      { type: 'text-delta', choice: 0, block: 1, text: 'c' },
      { type: 'usage', usage: usage({ input: 2 }) },
    ]);
    expect(reply.choices).toEqual([
      {
        index: 0,
        content: [
          { type: 'text', text: 'ab' },
          { type: 'text', text: 'c' },
        ],
        finishReason: 'other',
      },
    ]);
    expect(reply.usage).toEqual(usage({ input: 2 }));
  });

  it('has no usage and no choices when nothing was said', () => {
    expect(assemble([])).toEqual({ id: '', model: '', createdS: 0, choices: [] });
  });
});

describe('partsOf', () => {
  it('gives no parts for an empty text', () => {
    const choices = [{ index: 0, content: [{ type: 'text' as const, text: '' }], finishReason: 'stop' as const }];
    expect(partsOf({ ...REPLY, choices }).map((part) => part.type)).toEqual(['start', 'finish', 'usage', 'end']);
  });
});
