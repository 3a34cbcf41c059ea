import { encodeChat as encodeChatCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encodeChat as encodeChatO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { requirement } from '../../../../test/support/requirement.ts';
import type { ChatRequest, Content, Message, Role } from '../../kernel/chat.ts';
import { countChatTokens, countPlainTokens } from './count-chat-tokens.ts';

function message(role: Role, content: string | Content[], name?: string): Message {
  return {
    role,
    content: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
    ...(name === undefined ? {} : { name }),
  };
}

function chat(messages: Message[], fields: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: '',
    messages,
    stream: false,
    includeUsage: false,
    extensions: { wire: 'openai-chat', fields: {} },
    ...fields,
  };
}

const TEXTS = [
  'hello',
  'The quick brown fox jumps over the lazy dog.',
  'function add(a, b) {\n  return a + b;\n}\n',
  '{"name":"Ada","tags":["x","y"],"n":12345}',
  '敏捷的棕色狐狸跳过了懒狗。',
  'Привет, мир! 👩‍🚀🇩🇪',
  '<|endoftext|> is text here',
];

describe(requirement('A3'), () => {
  it('counts a short chat as worked out by hand', async () => {
    // 3 frame the message, "user" is 1, "hello" is 1, 3 open the reply.
    expect(await countChatTokens('gpt-4o', chat([message('user', 'hello')]))).toEqual({ tokens: 8, exact: true });
    // Two messages (6), "system" and "user" (2), "hello" twice (2), 3 open the reply.
    const two = chat([message('system', 'hello'), message('user', 'hello')]);
    expect(await countChatTokens('gpt-4', two)).toEqual({ tokens: 13, exact: true });
    // A name costs itself and one more.
    const named = chat([message('user', 'hello', 'hello')]);
    expect(await countChatTokens('openai/gpt-4o-mini-2024-07-18', named)).toEqual({ tokens: 10, exact: true });
  });

  it("gives an estimate for Anthropic's models, and says so", async () => {
    const estimate = await countChatTokens('claude-sonnet-4-5', chat([message('user', TEXTS.join(' '))]));
    const openai = await countChatTokens('gpt-4o', chat([message('user', TEXTS.join(' '))]));
    expect(estimate.exact).toBe(false);
    expect(estimate.tokens / openai.tokens).toBeGreaterThan(1.04);
    expect(estimate.tokens / openai.tokens).toBeLessThan(1.3);
  });
});

describe(requirement('E12g'), () => {
  it.each(TEXTS.slice(0, 6))('agrees with an independent chat encoder on %j in both vocabularies', async (text) => {
    const turns = [
      { role: 'system' as const, content: 'You are terse.' },
      { role: 'user' as const, content: text },
    ];
    const request = chat(turns.map((turn) => message(turn.role, turn.content)));
    expect(await countChatTokens('gpt-4o', request)).toEqual({
      tokens: encodeChatO200k(turns, 'gpt-4o').length,
      exact: true,
    });
    expect(await countChatTokens('gpt-4-turbo', request)).toEqual({
      tokens: encodeChatCl100k(turns, 'gpt-4-turbo').length,
      exact: true,
    });
  });

  it('takes the spelling of special tokens for text', async () => {
    const { tokens } = await countPlainTokens('gpt-4o', ['<|endoftext|>']);
    expect(tokens).toBeGreaterThan(1);
  });

  it('counts a long text as the sum of its paragraphs', async () => {
    const paragraph = `${TEXTS.slice(0, 6).join('\n')}\n`;
    const one = await countPlainTokens('gpt-4o', [paragraph]);
    const many = await countPlainTokens('gpt-4o', new Array<string>(500).fill(paragraph));
    expect(many).toEqual({ tokens: one.tokens * 500, exact: true });
  });
});

describe('what is approximated', () => {
  const plain = chat([message('user', 'hello')]);

  it('counts tools, tool calls, schemas and media, and no longer claims to be exact', async () => {
    const base = (await countChatTokens('gpt-4o', plain)).tokens;
    const weather = {
      type: 'function' as const,
      name: 'weather',
      description: 'Weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    };
    const requests: ChatRequest[] = [
      { ...plain, tools: [weather] },
      { ...plain, responseFormat: { kind: 'json-schema', name: 'x', schema: { type: 'object' } } },
      chat([
        ...plain.messages,
        message('assistant', [{ type: 'tool-call', id: '1', name: 'weather', argumentsText: '{"city":"Rome"}' }]),
      ]),
      chat([
        message('user', [
          ...(plain.messages[0]?.content ?? []),
          { type: 'audio', format: 'wav', data: 'A'.repeat(64_000) },
        ]),
      ]),
    ];
    for (const request of requests) {
      const count = await countChatTokens('gpt-4o', request);
      expect(count.exact).toBe(false);
      expect(count.tokens).toBeGreaterThan(base);
    }
    // 48,000 bytes of wav are a second: ten tokens.
    expect((await countChatTokens('gpt-4o', requests[3] as ChatRequest)).tokens).toBe(base + 10);
  });

  it('declares a tool in about as many tokens as the model sees', async () => {
    const tools = [{ type: 'function' as const, name: 'get_time', description: 'Time now' }];
    const base = (await countChatTokens('gpt-4o', plain)).tokens;
    const withTool = (await countChatTokens('gpt-4o', { ...plain, tools })).tokens;
    expect(withTool - base).toBeGreaterThan(20);
    expect(withTool - base).toBeLessThan(45);
  });
});
