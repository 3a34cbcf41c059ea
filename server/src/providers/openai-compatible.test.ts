import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import type { EndpointCall } from '../ports/provider.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { openaiResponsesClient } from '../protocols/openai-responses/client.ts';
import { groq } from './groq.ts';
import { huggingface } from './huggingface.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { hear, send, sse } from './testing/provider-call.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const passThrough: EndpointCall = {
  operation: 'images',
  wire: 'pass-through',
  model: 'gpt-image-1',
  stream: false,
  baseUrl: 'https://api.openai.com/v1',
  settings: {},
  path: '/images/generations?x=1',
};

describe('openai', () => {
  it('sends a chat of the same wire unchanged, with the key as a bearer token', async () => {
    const body = { model: 'gpt-4o-mini', messages, temperature: 0.2, unknown_field: { kept: true } };
    const sent = await send(openai, { body });
    expect(sent).toMatchObject({
      url: 'https://api.openai.com/v1/chat/completions',
      headers: { authorization: 'Bearer secret-key' },
      body,
      dropped: [],
    });
  });

  it('gives reasoning models the newer output limit and no sampling, and says so', async () => {
    const sent = await send(openai, { body: { model: 'o3', messages, temperature: 0.2, max_tokens: 50 } });
    expect(sent.body).toEqual({ model: 'o3', messages, max_completion_tokens: 50 });
    expect(sent.dropped).toEqual(['temperature']);
  });

  it.each(['gpt-5.2', 'gpt-4.1', 'gpt-5-chat-latest'])('keeps the temperature for %s', async (model) => {
    expect((await send(openai, { body: { model, messages, temperature: 0.2 } })).dropped).toEqual([]);
  });

  it('goes to the Responses API for its clients and for models that live there alone', async () => {
    const responses = { model: 'gpt-4o', input: 'Hello' };
    expect(await send(openai, { body: responses, client: openaiResponsesClient })).toMatchObject({
      url: 'https://api.openai.com/v1/responses',
      body: responses,
    });
    const codex = await send(openai, { body: { model: 'gpt-5-codex', messages } });
    expect(codex.url).toBe('https://api.openai.com/v1/responses');
    expect((await send(openai, { body: { model: 'gpt-3.5-turbo-instruct', messages } })).url).toMatch(
      /\/v1\/completions$/,
    );
  });

  it('passes other operations on to the path the client named', () => {
    expect(openai.endpoint(passThrough).url).toBe('https://api.openai.com/v1/images/generations?x=1');
    expect(openai.passThrough).toEqual(expect.arrayContaining(['moderations', 'images', 'audio', 'files', 'batches']));
  });

  it('takes embeddings at their own path', () => {
    const call: EndpointCall = { ...passThrough, operation: 'embeddings', wire: 'openai-embeddings' };
    const { path: _, ...withoutPath } = call;
    expect(openai.endpoint(withoutPath).url).toBe('https://api.openai.com/v1/embeddings');
  });
});

describe(requirement('E1'), () => {
  it('authenticates at Groq under the address its own client uses', async () => {
    const sent = await send(groq, { body: { model: 'llama-3.3-70b-versatile', messages }, secret: 'gsk_1' });
    expect(sent.url).toBe('https://api.groq.com/openai/v1/chat/completions');
    expect(sent.headers.authorization).toBe('Bearer gsk_1');
    expect(groq.defaultModel).toBe('llama-3.3-70b-versatile');
    expect(groq.environment.model).toBe('GROQ_MODEL');
  });

  it.each(['http://127.0.0.1:9', 'http://127.0.0.1:9/openai', 'http://127.0.0.1:9/openai/v1'])(
    'understands the base URL %s',
    async (baseUrl) => {
      const sent = await send(groq, { body: { model: 'mixtral-8x7b-32768', messages }, baseUrl });
      expect(sent.url).toBe('http://127.0.0.1:9/openai/v1/chat/completions');
    },
  );

  it('removes what Groq answers with an error and reports it', async () => {
    const body = {
      model: 'llama-3.1-8b-instant',
      messages,
      logprobs: true,
      logit_bias: { 5: 1 },
      reasoning_effort: 'low',
    };
    const sent = await send(groq, { body });
    expect(sent.body).toEqual({ model: 'llama-3.1-8b-instant', messages });
    expect([...sent.dropped].sort()).toEqual(['logit_bias', 'logprobs', 'reasoning_effort']);
    const thinking = await send(groq, { body: { model: 'openai/gpt-oss-120b', messages, reasoning_effort: 'low' } });
    expect(thinking.body.reasoning_effort).toBe('low');
  });

  it('reads tool calls and the usage in its own field of the last chunk', async () => {
    const { upstream } = await send(groq, { body: { model: 'llama-3.3-70b-versatile', messages } });
    const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } };
    const heard = hear(
      upstream,
      sse(
        {
          id: 'c1',
          model: 'm',
          created: 5,
          choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }],
        },
        {
          id: 'c1',
          choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
          x_groq: { usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } },
        },
        '[DONE]',
      ),
    );
    expect(heard.choices[0]).toMatchObject({
      content: [{ type: 'tool-call', id: 'call_1', name: 'now', argumentsText: '{}' }],
      finishReason: 'tool-calls',
    });
    expect(heard.usage).toMatchObject({ input: 9, output: 3 });
  });

  it('knows an error body and a stream that was cut off', async () => {
    const { upstream } = await send(groq, { body: { model: 'llama-3.3-70b-versatile', messages } });
    const error = { error: { message: 'Invalid API Key', type: 'invalid_request_error', code: 'invalid_api_key' } };
    expect(upstream.readError(error)).toEqual({
      message: 'Invalid API Key',
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    });
    const cut = sse({ id: 'c1', choices: [{ index: 0, delta: { content: 'Hel' }, finish_reason: null }] });
    expect(() => hear(upstream, cut)).toThrow(expect.objectContaining({ details: { type: 'upstream_truncated' } }));
  });
});

describe('huggingface', () => {
  it('chats through the router and sends raw tasks to the inference host beside it', async () => {
    const model = 'meta-llama/Llama-3.3-70B-Instruct';
    expect((await send(huggingface, { body: { model, messages } })).url).toBe(
      'https://router.huggingface.co/v1/chat/completions',
    );
    const task: EndpointCall = {
      ...passThrough,
      operation: 'raw-task',
      model: 'org/bert',
      baseUrl: huggingface.defaultBaseUrl ?? '',
    };
    expect(huggingface.endpoint(task).url).toBe('https://router.huggingface.co/hf-inference/models/org/bert');
    expect(huggingface.endpoint({ ...task, baseUrl: 'http://127.0.0.1:9/v1' }).url).toBe(
      'http://127.0.0.1:9/models/org/bert',
    );
  });

  it('refuses a model name that would climb to another path', () => {
    const task: EndpointCall = { ...passThrough, operation: 'raw-task', model: 'a/../../whoami' };
    expect(() => huggingface.endpoint(task)).toThrow(
      expect.objectContaining({ code: 'request.invalid', param: 'model' }),
    );
  });

  it('says system where many hosts know no developer', async () => {
    const body = { model: 'm', messages: [{ role: 'developer', content: 'Be brief.' }, ...messages] };
    expect((await send(huggingface, { body })).body.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      ...messages,
    ]);
  });
});

describe('local servers', () => {
  it('get no authorization without a key', async () => {
    for (const secret of ['', 'none']) {
      const sent = await send(ollama, {
        body: { model: 'llama3', messages },
        secret,
        baseUrl: 'http://127.0.0.1:11434',
      });
      expect(sent.url).toBe('http://127.0.0.1:11434/v1/chat/completions');
      expect(sent.headers).not.toHaveProperty('authorization');
    }
  });

  it.each([
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/v1/chat/completions'],
    ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000/v1/chat/completions'],
    ['http://127.0.0.1:8000/v1/v1/', 'http://127.0.0.1:8000/v1/chat/completions'],
    ['https://host.example/api/inference', 'https://host.example/api/inference/chat/completions'],
  ])('are found at %s as %s', async (baseUrl, url) => {
    expect((await send(openaiCompatible, { body: { model: 'llama', messages }, baseUrl })).url).toBe(url);
  });

  it('answer an Anthropic client with the older name of the output limit', async () => {
    const body = { model: 'llama', max_tokens: 64, messages };
    const sent = await send(openaiCompatible, {
      body,
      client: anthropicMessagesClient,
      baseUrl: 'http://127.0.0.1:8000',
    });
    expect(sent.body).toEqual({ model: 'llama', messages, max_tokens: 64 });
  });
});
