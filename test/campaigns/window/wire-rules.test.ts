import { expect, it } from 'vitest';
import type { ChatRequest, Message } from '../../../server/src/kernel/chat.ts';
import type { JsonObject } from '../../../server/src/kernel/json.ts';
import { anthropicMessagesUpstream } from '../../../server/src/protocols/anthropic-messages/upstream.ts';
import { geminiGenerateUpstream } from '../../../server/src/protocols/gemini-generate/upstream.ts';
import { openaiChatUpstream } from '../../../server/src/protocols/openai-chat/upstream.ts';
import { openaiResponsesUpstream } from '../../../server/src/protocols/openai-responses/upstream.ts';
import { seeded } from '../campaign.ts';
import { randomHistory } from './random-history.ts';
import { WIRE_RULES } from './wire-rules.ts';

it.each([openaiChatUpstream, openaiResponsesUpstream, anthropicMessagesUpstream, geminiGenerateUpstream])(
  'the rules of a wire see what the last messages alone do wrong: $wire',
  (protocol) => {
    const random = seeded(1);
    const found = new Set<string>();
    for (let time = 0; time < 300; time++) {
      const messages: readonly Message[] = randomHistory(random).slice(-6);
      const request: ChatRequest = {
        model: 'm',
        messages,
        stream: false,
        includeUsage: false,
        extensions: { wire: 'weir-v1', fields: {} },
      };
      const { body } = protocol.encode(request, { model: 'm', quirks: {}, clientHeaders: {} });
      const wrong = WIRE_RULES[protocol.wire]?.(JSON.parse(body.toString()) as JsonObject);
      if (wrong !== undefined) found.add(wrong);
    }
    expect(found.size).toBeGreaterThanOrEqual(2);
  },
);
