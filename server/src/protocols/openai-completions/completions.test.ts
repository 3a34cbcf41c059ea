import { describe, expect, it } from 'vitest';
import type { ChatReply } from '../../kernel/chat.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { usage } from '../../kernel/usage.ts';
import { partsOf, ReplyAssembler } from '../assemble-reply.ts';
import { openaiChatUpstream } from '../openai-chat/upstream.ts';
import { openaiCompletionsClient } from './client.ts';
import { openaiCompletionsUpstream } from './upstream.ts';

const upstream = { model: 'up', quirks: {}, clientHeaders: {} };
const context = { requestId: 'req_1', createdS: 5, nowMs: 5000, provider: 'p', dropped: [] };

function decode(fields: JsonObject) {
  const json = { model: 'm', prompt: 'Say hi', ...fields };
  return openaiCompletionsClient.decode(Buffer.from(JSON.stringify(json)), json, {});
}

const REPLY: ChatReply = {
  id: 'c',
  model: 'm',
  createdS: 1,
  choices: [
    { index: 0, content: [{ type: 'text', text: 'hi' }], finishReason: 'stop' },
    { index: 1, content: [{ type: 'text', text: 'ho' }], finishReason: 'length' },
  ],
  usage: usage({ input: 3, output: 2 }),
};

describe('a request of the completions wire', () => {
  it('becomes a chat of one user message, and what a chat lacks is named', () => {
    const request = decode({
      prompt: ['Say hi'],
      suffix: '!',
      echo: true,
      logprobs: 2,
      max_tokens: 9,
      stop: 'x',
      best_of: 1,
    });
    const { body, dropped } = openaiChatUpstream.encode(request.chat(), upstream);
    expect(JSON.parse(body.toString())).toEqual({
      model: 'up',
      messages: [{ role: 'user', content: 'Say hi' }],
      max_completion_tokens: 9,
      stop: ['x'],
    });
    expect([...dropped].sort()).toEqual(['echo', 'logprobs', 'suffix']);
  });

  it.each([
    ['a', 'b'],
    [1, 2],
    [[1], [2]],
  ])('goes to a provider of the same wire whatever its prompt is', (...prompt) => {
    const request = decode({ model: 'up', prompt: prompt as never });
    expect(openaiCompletionsUpstream.forward(request, upstream).body).toBe(request.body);
    expect(() => request.chat()).toThrow(expect.objectContaining({ code: 'request.invalid', param: 'prompt' }));
  });

  it.each([[null], [7], [[]], [[true]], [{ id: 'x' }]])('is refused with the prompt %o', (prompt) => {
    expect(() => decode({ prompt: prompt as never })).toThrow(expect.objectContaining({ param: 'prompt' }));
  });

  it('may name a stored prompt instead, which is stripped upstream', () => {
    const request = decode({ prompt: { name: 'tutor/x' } });
    expect(request.chat().messages).toEqual([]);
    expect(JSON.parse(openaiCompletionsUpstream.forward(request, upstream).body.toString())).toEqual({ model: 'up' });
  });

  it('is written anew when a stage changed it, own fields included', () => {
    const { body, dropped } = openaiCompletionsUpstream.encode(decode({ suffix: '!', max_tokens: 4 }).chat(), upstream);
    expect(JSON.parse(body.toString())).toEqual({ model: 'up', prompt: 'Say hi', suffix: '!', max_tokens: 4 });
    expect(dropped).toEqual([]);
  });
});

describe('a reply of the completions wire', () => {
  it('survives encoding and decoding', () => {
    const json = openaiCompletionsClient.encodeReply(REPLY, decode({}), context);
    expect(json).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'hi', index: 0, finish_reason: 'stop' }, {}],
    });
    expect(openaiCompletionsUpstream.decodeReply(json)).toEqual(REPLY);
  });

  it('is the same streamed', () => {
    const request = decode({ stream: true, stream_options: { include_usage: true } });
    const encoder = openaiCompletionsClient.encoder(request, context);
    const written = partsOf(REPLY)
      .map((part) => encoder.encode(part))
      .join('');
    const decoder = openaiCompletionsUpstream.decoder();
    const assembler = new ReplyAssembler();
    for (const frame of written.split('\n\n')) {
      for (const part of decoder.decode({ name: undefined, data: frame.slice(6), raw: Buffer.from(frame) }))
        assembler.add(part);
    }
    expect(decoder.end()).toEqual([]);
    expect(assembler.reply()).toEqual(REPLY);
  });
});
