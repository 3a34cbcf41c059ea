import { describe, expect, it } from 'vitest';
import { ReplyAssembler } from '../../server/src/protocols/assemble-reply.ts';
import { openaiChatClient } from '../../server/src/protocols/openai-chat/client.ts';
import { openaiChatUpstream } from '../../server/src/protocols/openai-chat/upstream.ts';
import { openaiCompletionsClient } from '../../server/src/protocols/openai-completions/client.ts';
import { openaiCompletionsUpstream } from '../../server/src/protocols/openai-completions/upstream.ts';
import { CORPUS, conversationsFor, replyOutcome, requestOutcome, spokenOn, streamOf } from './corpus.ts';

const FACES = [
  { client: openaiChatClient, upstream: openaiChatUpstream },
  { client: openaiCompletionsClient, upstream: openaiCompletionsUpstream },
];
const upstreamContext = { model: 'model-one', quirks: {}, clientHeaders: {} };
const replyContext = { requestId: 'req_1', createdS: 1, nowMs: 1000, provider: 'p', dropped: [] };

for (const { client, upstream } of FACES) {
  const { wire } = client;
  const read = (body: Buffer) => client.decode(body, JSON.parse(body.toString()), {});

  describe(`the conversation corpus on ${wire}`, () => {
    it.each(conversationsFor(wire).map((item) => [item.name, item] as const))('carries: %s', (_, conversation) => {
      const asked = spokenOn(wire, conversation, true);
      const encoded = upstream.encode(asked, upstreamContext);
      const request = read(encoded.body);
      expect(requestOutcome(request.chat())).toEqual(requestOutcome(asked));

      const whole = upstream.decodeReply(client.encodeReply(conversation.reply, request, replyContext));
      expect(replyOutcome(whole)).toEqual(replyOutcome(conversation.reply));

      const encoder = client.encoder(request, replyContext);
      const decoder = upstream.decoder();
      const assembler = new ReplyAssembler();
      for (const part of streamOf(conversation.reply)) {
        for (const frame of encoder.encode(part).split('\n\n')) {
          const event = { name: undefined, data: frame.slice('data: '.length), raw: Buffer.from(frame) };
          for (const decoded of decoder.decode(event)) assembler.add(decoded);
        }
      }
      expect(replyOutcome(assembler.reply())).toEqual(replyOutcome(conversation.reply));
    });
  });
}

describe('the conversation corpus', () => {
  it('has names of its own for every conversation', () => {
    expect(new Set(CORPUS.map((conversation) => conversation.name)).size).toBe(CORPUS.length);
  });

  it('streams in pieces that join to the whole reply', () => {
    for (const { reply } of CORPUS) {
      const assembler = new ReplyAssembler();
      for (const part of streamOf(reply, 1)) assembler.add(part);
      expect(replyOutcome(assembler.reply())).toEqual(replyOutcome(reply));
    }
  });
});
