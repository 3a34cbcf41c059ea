import { describe, expect, it } from 'vitest';
import { cohere } from './cohere.ts';
import { hear, send, sse } from './testing/provider-call.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const model = 'command-a-03-2025';
const declared = (name: string) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} } },
});

describe('cohere', () => {
  it.each(['https://api.cohere.com', 'https://api.cohere.com/v2/', 'https://api.cohere.com/v1'])(
    'is reached from %s',
    async (baseUrl) => {
      const sent = await send(cohere, { body: { model, messages }, baseUrl });
      expect(sent.url).toBe('https://api.cohere.com/v2/chat');
      expect(sent.headers).toEqual({ authorization: 'Bearer secret-key' });
      expect(sent.body).toEqual({ model, messages });
    },
  );

  it('uses its own words for sampling and forms, with scales that end at 1', async () => {
    const sent = await send(cohere, {
      body: {
        model,
        messages,
        temperature: 1.5,
        top_p: 1,
        max_completion_tokens: 9,
        stop: 'END',
        seed: 3,
        user: 'u',
        stream: true,
        response_format: { type: 'json_schema', json_schema: { name: 'p', schema: { type: 'object' } } },
      },
    });
    expect(sent.body).toEqual({
      model,
      messages,
      temperature: 1,
      p: 0.99,
      max_tokens: 9,
      stop_sequences: ['END'],
      seed: 3,
      stream: true,
      response_format: { type: 'json_object', json_schema: { type: 'object' } },
    });
    expect([...sent.dropped].sort()).toEqual(['temperature', 'user']);
  });

  it('calls text beside tool calls their plan', async () => {
    const call = { id: 'a', type: 'function', function: { name: 'now', arguments: '{}' } };
    const sent = await send(cohere, {
      body: {
        model,
        messages: [
          ...messages,
          { role: 'assistant', content: 'I look.', tool_calls: [call] },
          { role: 'tool', tool_call_id: 'a', content: '10:00' },
        ],
        tools: [declared('now')],
      },
    });
    expect(sent.body.messages).toEqual([
      ...messages,
      { role: 'assistant', tool_plan: 'I look.', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: '10:00' },
    ]);
  });

  it('offers only the one tool that must be called', async () => {
    const body = {
      model,
      messages,
      tools: [declared('now'), declared('then')],
      tool_choice: { type: 'function', function: { name: 'then' } },
    };
    const sent = await send(cohere, { body });
    expect(sent.body).toMatchObject({ tools: [declared('then')], tool_choice: 'REQUIRED' });
    expect(sent.dropped).toEqual([]);
  });

  it('thinks only where the model does', async () => {
    const body = { messages, reasoning_effort: 'low' };
    const thinking = await send(cohere, { body: { ...body, model: 'command-a-reasoning-08-2025' } });
    expect(thinking.body.thinking).toEqual({ type: 'enabled', token_budget: 1024 });
    const plain = await send(cohere, { body: { ...body, model } });
    expect(plain.body).not.toHaveProperty('thinking');
    expect(plain.dropped).toEqual(['reasoning_effort']);
  });

  it('reads thinking, plan, calls and what is billed, and leaves citations out', async () => {
    const { upstream } = await send(cohere, { body: { model, messages } });
    const reply = upstream.decodeReply({
      id: 'r1',
      finish_reason: 'TOOL_CALL',
      message: {
        content: [{ type: 'thinking', thinking: 'Hm.' }],
        tool_plan: 'I look.',
        tool_calls: [{ id: 'a', function: { name: 'now', arguments: '{}' } }],
        citations: [{ start: 0 }],
      },
      usage: { billed_units: { input_tokens: 5, output_tokens: 2 }, tokens: { input_tokens: 90, output_tokens: 2 } },
    });
    expect(reply).toEqual({
      id: 'r1',
      model: '',
      createdS: 0,
      choices: [
        {
          index: 0,
          content: [
            { type: 'reasoning', text: 'Hm.', wire: 'cohere-chat' },
            { type: 'text', text: 'I look.' },
            { type: 'tool-call', id: 'a', name: 'now', argumentsText: '{}' },
          ],
          finishReason: 'tool-calls',
        },
      ],
      usage: expect.objectContaining({ input: 5, output: 2, cacheRead: 0 }),
    });
  });

  it('skips citations in a stream and gives thinking a block of its own', async () => {
    const { upstream } = await send(cohere, { body: { model, messages } });
    const delta = (content: object) => ({ type: 'content-delta', index: 0, delta: { message: { content } } });
    const heard = hear(
      upstream,
      sse(
        { type: 'message-start', id: 'r1', delta: { message: { role: 'assistant' } } },
        delta({ thinking: 'Hm.' }),
        { type: 'content-end', index: 0 },
        delta({ text: 'Hi' }),
        { type: 'citation-start', index: 0, delta: { message: { citations: { start: 0 } } } },
        { type: 'content-end', index: 1 },
        {
          type: 'message-end',
          delta: { finish_reason: 'COMPLETE', usage: { tokens: { input_tokens: 3, output_tokens: 1 } } },
        },
      ),
    );
    expect(heard.choices[0]?.content).toEqual([
      { type: 'reasoning', text: 'Hm.', wire: 'cohere-chat' },
      { type: 'text', text: 'Hi' },
    ]);
    expect(heard.usage).toMatchObject({ input: 3, output: 1 });
  });

  it('knows errors and a stream that was cut off', async () => {
    const { upstream } = await send(cohere, { body: { model, messages } });
    expect(upstream.readError({ message: 'invalid api token' })).toEqual({ message: 'invalid api token' });
    const start = { type: 'message-start', id: 'r1' };
    expect(() => hear(upstream, sse(start))).toThrow(
      expect.objectContaining({ details: { type: 'upstream_truncated' } }),
    );
    const failed = { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'GPU fell over' } };
    expect(() => hear(upstream, sse(start, failed))).toThrow(
      expect.objectContaining({ code: 'upstream.unavailable', message: 'GPU fell over' }),
    );
    expect(() => upstream.decodeReply({ id: 'x' })).toThrow(expect.objectContaining({ code: 'upstream.bad_reply' }));
  });

  it('embeds documents unless told otherwise', () => {
    const request = { model: 'embed-v4.0', inputs: ['a'], dimensions: 256, extensions: { input_type: 'search_query' } };
    const encoded = cohere.embeddings?.encode(request, { model: 'embed-v4.0', quirks: {}, clientHeaders: {} });
    expect(JSON.parse(String(encoded?.body))).toEqual({
      model: 'embed-v4.0',
      texts: ['a'],
      input_type: 'search_query',
      embedding_types: ['float'],
      output_dimension: 256,
    });
    expect(encoded?.dropped).toEqual([]);
    const reply = { embeddings: { float: [[1, 2]] }, meta: { billed_units: { input_tokens: 4 } } };
    expect(cohere.embeddings?.decodeReply(reply, request)).toMatchObject({ vectors: [[1, 2]], usage: { input: 4 } });
  });
});
