import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ChatReply } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import { usage } from '../../kernel/usage.ts';
import { seedClientRequest } from './client-request.ts';
import { decodeInference, decodeLlmChat, decodeLlmCompletion, decodeSamplingRequest } from './decode.ts';
import {
  encodeDeltaEvent,
  encodeDoneEvent,
  encodeEnvelope,
  encodeErrorEnvelope,
  encodeErrorEvent,
  encodeInferenceReply,
  encodeLlmReply,
  encodeSamplingData,
} from './encode.ts';
import { inferenceSchema, llmChatSchema, llmCompletionSchema, samplingRequestSchema } from './schemas.ts';

const text = (said: string) => [{ type: 'text' as const, text: said }];
const HI = [{ role: 'user', content: 'hi' }];

describe('the requests of the seed APIs', () => {
  it('reads a sampling request', () => {
    const { chat, extras } = decodeSamplingRequest({
      model: 'claude-3-sonnet',
      messages: [{ role: 'system', content: 'be kind' }, ...HI],
      maxTokens: 1000,
      temperature: 0.7,
      topP: 0.9,
      stopSequences: ['END'],
    });
    expect(chat).toEqual({
      model: 'claude-3-sonnet',
      messages: [
        { role: 'system', content: text('be kind') },
        { role: 'user', content: text('hi') },
      ],
      maxOutputTokens: 1000,
      temperature: 0.7,
      topP: 0.9,
      stop: ['END'],
      stream: false,
      includeUsage: true,
      extensions: { wire: 'weir-v1', fields: {} },
    });
    expect(extras).toEqual({});
  });

  it('reads both LLM requests', () => {
    const { chat, extras } = decodeLlmChat({
      prompt: 'hi',
      system_prompt: 'be kind',
      max_tokens: 5,
      user_id: 'ann',
      use_cache: false,
      template: 'code_review',
      variables: { code: 'x' },
      conversation_id: 'c1',
      stream: true,
    });
    expect(chat).toMatchObject({ model: '', maxOutputTokens: 5, user: 'ann', stream: true });
    expect(chat.messages.map((message) => [message.role, message.content])).toEqual([
      ['system', text('be kind')],
      ['user', text('hi')],
    ]);
    expect(extras).toEqual({
      useCache: false,
      template: 'code_review',
      variables: { code: 'x' },
      conversationId: 'c1',
    });
    expect(decodeLlmCompletion({ template: 'hint' }).chat.messages).toEqual([]);
    expect(decodeLlmCompletion({ messages: HI, model: 'm' }).chat).toMatchObject({ model: 'm', stream: false });
  });

  it('reads an inference request, with the settings of config', () => {
    const { chat, extras } = decodeInference({
      model: 'meta-llama/Llama-3',
      inputs: 'hi',
      provider: 'huggingface',
      config: { temperature: 0.1, max_new_tokens: 7, logit_bias: { 1: 1 } },
      user_id: 'ann',
    });
    expect(chat).toMatchObject({
      model: 'huggingface/meta-llama/Llama-3',
      messages: [{ role: 'user', content: text('hi') }],
      temperature: 0.1,
      maxOutputTokens: 7,
      user: 'ann',
      extensions: { wire: 'openai-chat', fields: { logit_bias: { 1: 1 } } },
    });
    expect(extras).toMatchObject({ provider: 'huggingface', model: 'meta-llama/Llama-3', inputs: 'hi' });
    const task = decodeInference({ model: 'm', inputs: { image: 'x' }, provider: 'huggingface' });
    expect(task).toEqual({ extras: { provider: 'huggingface', model: 'm', inputs: { image: 'x' }, config: {} } });
  });

  it.each<[string, (json: unknown) => unknown, unknown, string]>([
    ['max_tokens', decodeSamplingRequest, { messages: HI, max_tokens: 5 }, 'did you mean maxTokens?'],
    ['zebra', decodeSamplingRequest, { messages: HI, zebra: 5 }, 'unknown field'],
    ['messages[0].rolle', decodeSamplingRequest, { messages: [{ ...HI[0], rolle: 'x' }] }, 'did you mean role?'],
    ['messages', decodeSamplingRequest, {}, 'expected array'],
    ['messages', decodeSamplingRequest, { messages: [] }, 'expected array'],
    ['messages[0].role', decodeSamplingRequest, { messages: [{ role: 'tool', content: 'x' }] }, 'expected one of'],
    ['messages[0].content', decodeSamplingRequest, { messages: [{ role: 'user', content: 5 }] }, 'expected a string'],
    ['maxTokens', decodeSamplingRequest, { messages: HI, maxTokens: 0 }, 'expected number to be >=1'],
    ['temperature', decodeSamplingRequest, { messages: HI, temperature: 3 }, '<=2'],
    ['body', decodeSamplingRequest, 'text', 'expected object'],
    ['prompt', decodeLlmCompletion, {}, 'prompt, messages or template'],
    ['prompt', decodeLlmCompletion, { prompt: 'x', messages: HI }, 'either prompt or messages'],
    ['conversation_id', decodeLlmCompletion, { prompt: 'x', conversation_id: 'c' }, 'unknown field'],
    ['conversationId', decodeLlmChat, { prompt: 'x', conversationId: 'c' }, 'did you mean conversation_id?'],
    ['provider', decodeInference, { model: 'm', inputs: 'x' }, 'expected string'],
    ['inputs', decodeInference, { model: 'm', inputs: 5, provider: 'p' }, 'expected a text'],
    [
      'config.max_tokens',
      decodeInference,
      { model: 'm', inputs: 'x', provider: 'p', config: { max_tokens: -1 } },
      'from 1 to',
    ],
  ])('refuses and names %s', (param, decode, json, message) => {
    expect(() => decode(json)).toThrow(
      expect.objectContaining({ code: 'request.invalid', param, message: expect.stringContaining(message) }),
    );
  });

  it('describes itself as JSON Schema', () => {
    for (const schema of [samplingRequestSchema, llmCompletionSchema, llmChatSchema, inferenceSchema]) {
      expect(z.toJSONSchema(schema)).toMatchObject({ type: 'object', additionalProperties: false });
    }
  });

  it('gives the pipeline what it needs, without a model when none was named', () => {
    const { chat } = decodeLlmCompletion({ prompt: 'hello', max_tokens: 3 });
    const request = seedClientRequest(chat, Buffer.from('{}'), {});
    expect(request).toMatchObject({ wire: 'weir-v1', model: undefined, maxOutputTokens: 3, promptCharacters: 5 });
    expect(request.chat()).toBe(chat);
  });
});

describe('the replies of the seed APIs', () => {
  const reply: ChatReply = {
    id: 'r',
    model: 'gpt-4o-2024',
    createdS: 1,
    choices: [{ index: 0, content: text('hello'), finishReason: 'length' }],
  };
  const context = {
    requestId: 'req_1',
    provider: 'openai',
    usage: usage({ input: 3, cacheRead: 2, output: 4, reasoning: 1 }),
    costUsd: 0.25,
    cached: true,
    responseTimeMs: 1500,
    nowMs: 0,
  };
  const ZERO = '1970-01-01T00:00:00.000Z';

  it('have the shape of the sampling API', () => {
    const data = encodeSamplingData(reply, context);
    expect(encodeEnvelope(data, 0)).toEqual({
      success: true,
      data: {
        content: 'hello',
        model: 'gpt-4o-2024',
        usage: { inputTokens: 5, outputTokens: 5, totalTokens: 10 },
        finishReason: 'length',
        provider: 'openai',
      },
      timestamp: ZERO,
    });
    const warnings = [{ type: 'pii', count: 2 }];
    expect(encodeSamplingData(reply, { ...context, warnings }).warnings).toEqual(warnings);
  });

  it('have the shape of the LLM API', () => {
    expect(encodeLlmReply(reply, { ...context, conversationId: 'c1' })).toEqual({
      content: 'hello',
      model: 'gpt-4o-2024',
      provider: 'openai',
      prompt_tokens: 5,
      completion_tokens: 5,
      total_tokens: 10,
      tokens_used: 10,
      cost_usd: 0.25,
      cached: true,
      response_time_ms: 1500,
      finish_reason: 'length',
      timestamp: ZERO,
      request_id: 'req_1',
      conversation_id: 'c1',
    });
  });

  it('have the shape of the inference API', () => {
    expect(encodeInferenceReply(reply, context)).toEqual({
      output: 'hello',
      provider: 'openai',
      model: 'gpt-4o-2024',
      tokens: 10,
      duration: 1.5,
      inference_id: 'req_1',
    });
  });

  it('are errors in one envelope, also in streams', () => {
    const error = new WeirError('limit.rate', { details: { scope: 'user' }, param: 'x' });
    const envelope = {
      success: false,
      error: { code: 'limit.rate', message: error.message, details: { scope: 'user', param: 'x' } },
      timestamp: ZERO,
    };
    expect(encodeErrorEnvelope(error, 0)).toEqual(envelope);
    expect(encodeErrorEvent(error, 0)).toBe(`event: error\ndata: ${JSON.stringify(envelope)}\n\n`);
    expect(encodeErrorEnvelope(new WeirError('bug'), 0).error).not.toHaveProperty('details');
  });

  it('stream as named events', () => {
    expect(encodeDeltaEvent('a\n"')).toBe('event: delta\ndata: {"content":"a\\n\\""}\n\n');
    expect(encodeDoneEvent({ output: 'x' })).toBe('event: done\ndata: {"output":"x"}\n\n');
  });
});
