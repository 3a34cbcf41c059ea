import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../kernel/json.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { gemini } from './gemini.ts';
import { hear, send, sse } from './testing/provider-call.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const weather = { type: 'object', properties: { city: { type: 'string' } } };
const tool = { type: 'function', function: { name: 'weather', description: 'By city', parameters: weather } };
const call = (id: string, city: string) => ({
  id,
  type: 'function',
  function: { name: 'weather', arguments: `{"city":"${city}"}` },
});

async function body(fields: JsonObject, model = 'gemini-2.5-flash'): Promise<JsonObject> {
  return (await send(gemini, { body: { model, messages, ...fields } })).body;
}

describe('gemini', () => {
  it('names the model in the address and sends the key in a header', async () => {
    const sent = await send(gemini, { body: { model: 'gemini-2.5-flash', messages } });
    expect(sent.url).toBe('https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent');
    expect(sent.headers).toEqual({ 'x-goog-api-key': 'secret-key' });
    expect(sent.body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
    const streamed = await send(gemini, {
      body: { model: 'models/gemini-2.5-pro', messages, stream: true },
      baseUrl: 'http://127.0.0.1:9',
    });
    expect(streamed.url).toBe('http://127.0.0.1:9/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse');
  });

  it('writes sampling, limits and the schema into the generation config', async () => {
    const fields = {
      temperature: 0.1,
      top_p: 0.9,
      max_tokens: 99,
      stop: ['END'],
      seed: 7,
      n: 2,
      response_format: { type: 'json_schema', json_schema: { name: 'p', schema: weather } },
    };
    expect((await body(fields)).generationConfig).toEqual({
      temperature: 0.1,
      topP: 0.9,
      maxOutputTokens: 99,
      stopSequences: ['END'],
      seed: 7,
      candidateCount: 2,
      responseMimeType: 'application/json',
      responseJsonSchema: weather,
    });
  });

  it('declares functions and finds their results by name, in the order of the calls', async () => {
    const sent = await body({
      tools: [tool],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      messages: [
        { role: 'system', content: 'Be brief.' },
        ...messages,
        { role: 'assistant', content: 'Looking.', tool_calls: [call('a', 'Paris'), call('b', 'Rome')] },
        { role: 'tool', tool_call_id: 'b', content: '{"degrees":20}' },
        { role: 'tool', tool_call_id: 'a', content: 'rain' },
      ],
    });
    expect(sent.systemInstruction).toEqual({ parts: [{ text: 'Be brief.' }] });
    expect(sent.tools).toEqual([
      { functionDeclarations: [{ name: 'weather', description: 'By city', parametersJsonSchema: weather }] },
    ]);
    expect(sent.toolConfig).toEqual({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } });
    expect(sent.contents).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      {
        role: 'model',
        parts: [
          { text: 'Looking.' },
          { functionCall: { name: 'weather', args: { city: 'Paris' } } },
          { functionCall: { name: 'weather', args: { city: 'Rome' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { result: 'rain' } } },
          { functionResponse: { name: 'weather', response: { degrees: 20 } } },
        ],
      },
    ]);
  });

  it('marks the first of calls that carry no signature, for models that demand one', async () => {
    const history = {
      messages: [...messages, { role: 'assistant', tool_calls: [call('a', 'Paris'), call('b', 'Rome')] }],
    };
    const [, turn] = (await body(history, 'gemini-3-flash-preview')).contents as JsonObject[];
    expect((turn as { parts: JsonObject[] }).parts.map(({ thoughtSignature }) => thoughtSignature)).toEqual([
      'skip_thought_signature_validator',
      undefined,
    ]);
  });

  it('shows pictures and sound as inline data', async () => {
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
      { type: 'input_audio', input_audio: { data: 'aGk=', format: 'wav' } },
      { type: 'image_url', image_url: { url: 'https://images.example/a.webp' } },
    ];
    expect((await body({ messages: [{ role: 'user', content }] })).contents).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'aGk=' } },
          { inlineData: { mimeType: 'audio/wav', data: 'aGk=' } },
          { fileData: { mimeType: 'image/webp', fileUri: 'https://images.example/a.webp' } },
        ],
      },
    ]);
  });

  it.each([
    ['gemini-2.5-flash', 'low', { thinkingBudget: 1024, includeThoughts: true }],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }],
    ['gemini-3.5-flash', 'high', { thinkingLevel: 'high', includeThoughts: true }],
    ['gemini-3.5-flash', 'none', { thinkingLevel: 'minimal' }],
    ['gemini-3.1-pro-preview', 'none', { thinkingLevel: 'low' }],
  ])('lets %s think with effort %s as %o', async (model, effort, thinkingConfig) => {
    expect((await body({ reasoning_effort: effort }, model)).generationConfig).toEqual({ thinkingConfig });
  });

  it('asks in words for a form that older models refuse beside tools', async () => {
    const fields = {
      model: 'gemini-2.5-flash',
      messages,
      tools: [tool],
      response_format: { type: 'json_schema', json_schema: { name: 'p', schema: weather } },
    };
    const sent = await send(gemini, { body: fields });
    expect(sent.body).not.toHaveProperty('generationConfig');
    expect(JSON.stringify(sent.body.systemInstruction)).toContain('JSON Schema');
    expect(sent.dropped).toEqual(['response_format']);
    expect((await send(gemini, { body: { ...fields, model: 'gemini-3.5-flash' } })).dropped).toEqual([]);
  });

  it("reports what cannot come along in the client's words", async () => {
    const fields = {
      user: 'u',
      logit_bias: { 5: 1 },
      parallel_tool_calls: false,
      metadata: { a: 'b' },
      reasoning_effort: 'low',
    };
    const sent = await send(gemini, { body: { model: 'gemini-2.0-flash', messages, ...fields } });
    expect([...sent.dropped].sort()).toEqual([
      'logit_bias',
      'metadata',
      'parallel_tool_calls',
      'reasoning_effort',
      'user',
    ]);
    const claude = { model: 'gemini-2.5-flash', max_tokens: 9, messages, metadata: { user_id: 'u' } };
    expect((await send(gemini, { body: claude, client: anthropicMessagesClient })).dropped).toEqual([
      'metadata.user_id',
    ]);
  });

  it('reads thoughts, calls with their signatures and disjoint usage', async () => {
    const { upstream } = await send(gemini, { body: { model: 'gemini-3.5-flash', messages } });
    const reply = {
      candidates: [
        {
          content: {
            parts: [
              { text: 'Hm.', thought: true },
              { functionCall: { name: 'weather', args: { city: 'Paris' } }, thoughtSignature: 'c2ln' },
            ],
          },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: {
        promptTokenCount: 100,
        cachedContentTokenCount: 60,
        candidatesTokenCount: 10,
        thoughtsTokenCount: 30,
        toolUsePromptTokenCount: 5,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 20 }],
      },
      modelVersion: 'gemini-3.5-flash',
      responseId: 'r1',
    };
    const expected = {
      id: 'r1',
      model: 'gemini-3.5-flash',
      choices: [
        {
          content: [
            { type: 'reasoning', text: 'Hm.' },
            {
              type: 'tool-call',
              id: 'call_r1_0_0',
              name: 'weather',
              argumentsText: '{"city":"Paris"}',
              signature: 'c2ln',
            },
          ],
          finishReason: 'tool-calls',
        },
      ],
      usage: { input: 25, cacheRead: 60, audioInput: 20, output: 10, reasoning: 30 },
    };
    expect(upstream.decodeReply(reply)).toMatchObject(expected);
    expect(hear(upstream, sse(reply))).toMatchObject(expected);
  });

  it.each([
    [{ promptFeedback: { blockReason: 'SAFETY' } }],
    [{ candidates: [{ finishReason: 'SAFETY' }] }],
    [{ candidates: [{ content: {}, finishReason: 'RECITATION' }] }],
  ])('calls a blocked reply filtered: %j', async (reply) => {
    const { upstream } = await send(gemini, { body: { model: 'gemini-2.5-flash', messages } });
    expect(upstream.decodeReply(reply).choices).toEqual([{ index: 0, content: [], finishReason: 'content-filter' }]);
    expect(hear(upstream, sse(reply)).choices).toEqual([{ index: 0, content: [], finishReason: 'content-filter' }]);
  });

  it('knows errors, broken replies and a stream that was cut off', async () => {
    const { upstream } = await send(gemini, { body: { model: 'gemini-2.5-flash', messages } });
    const error = { error: { code: 429, message: 'Quota.', status: 'RESOURCE_EXHAUSTED' } };
    expect(upstream.readError(error)).toEqual({ message: 'Quota.', type: 'RESOURCE_EXHAUSTED' });
    expect(upstream.readError([error])).toEqual({ message: 'Quota.', type: 'RESOURCE_EXHAUSTED' });
    expect(() => hear(upstream, sse(error))).toThrow(expect.objectContaining({ code: 'upstream.rate_limited' }));
    expect(() => upstream.decodeReply({})).toThrow(expect.objectContaining({ code: 'upstream.bad_reply' }));
    const cut = sse({ candidates: [{ content: { parts: [{ text: 'Hel' }] } }] });
    expect(() => hear(upstream, cut)).toThrow(expect.objectContaining({ details: { type: 'upstream_truncated' } }));
  });

  it('embeds several texts in one call, and no token ids', () => {
    const request = {
      model: 'gemini-embedding-001',
      inputs: ['a', 'b'],
      dimensions: 8,
      extensions: { encoding_format: 'base64', foo: 1 },
    };
    const context = { model: 'gemini-embedding-001', quirks: {}, clientHeaders: {} };
    const encoded = gemini.embeddings?.encode(request, context);
    expect(JSON.parse(String(encoded?.body)).requests[1]).toEqual({
      model: 'models/gemini-embedding-001',
      content: { parts: [{ text: 'b' }] },
      outputDimensionality: 8,
    });
    expect(encoded?.dropped).toEqual(['foo']);
    expect(gemini.embeddings?.decodeReply({ embeddings: [{ values: [1] }, { values: [2] }] }, request).vectors).toEqual(
      [[1], [2]],
    );
    expect(() => gemini.embeddings?.encode({ ...request, inputs: [[1, 2]] }, context)).toThrow(
      expect.objectContaining({ code: 'request.invalid', param: 'input[0]' }),
    );
    expect(() => gemini.embeddings?.decodeReply({ embeddings: [{ values: ['x'] }, {}] }, request)).toThrow(
      expect.objectContaining({ code: 'upstream.bad_reply' }),
    );
  });
});
