import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { serviceAccountJson } from './google/testing/fake-token-server.ts';
import { send } from './testing/provider-call.ts';
import { vertex } from './vertex.ts';

const settings = { project: 'weir-1', region: 'europe-west1' };
const messages = [{ role: 'user', content: 'Hello' }];

describe(requirement('A17i'), () => {
  it("calls Google's models in their region with their wire", async () => {
    const sent = await send(vertex, {
      body: { model: 'gemini-2.5-flash', messages, stream: true },
      settings,
      secret: 'ya29.token',
    });
    expect(sent.url).toBe(
      'https://europe-west1-aiplatform.googleapis.com/v1/projects/weir-1/locations/europe-west1/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    );
    expect(sent.headers).toEqual({ authorization: 'Bearer ya29.token' });
    expect(sent.body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] });
  });

  it('predicts raw with Claude, the version in the body and the model in the address', async () => {
    const body = { model: 'claude-sonnet-4-5@20250929', max_tokens: 9, messages, stream: true };
    const sent = await send(vertex, { body, client: anthropicMessagesClient, settings, secret: 'ya29.token' });
    expect(sent.url).toMatch(/\/publishers\/anthropic\/models\/claude-sonnet-4-5@20250929:streamRawPredict$/);
    expect(sent.body).toEqual({ max_tokens: 9, messages, stream: true, anthropic_version: 'vertex-2023-10-16' });
    const whole = await send(vertex, {
      body: { ...body, stream: false },
      client: anthropicMessagesClient,
      settings,
      secret: 't',
    });
    expect(whole.url).toMatch(/:rawPredict$/);
  });

  it('is global without a region, and keeps a configured address', async () => {
    const call = { body: { model: 'gemini-2.5-flash', messages }, settings: { project: 'weir-1' }, secret: 't' };
    expect((await send(vertex, call)).url).toMatch(
      /^https:\/\/aiplatform\.googleapis\.com\/v1\/projects\/weir-1\/locations\/global\//,
    );
    expect((await send(vertex, { ...call, baseUrl: 'http://127.0.0.1:9' })).url).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/v1\/projects\//,
    );
  });

  it('exchanges a service-account key for a token, once', async () => {
    let exchanges = 0;
    const fetch = () => {
      exchanges += 1;
      return Promise.resolve({ status: 200, body: JSON.stringify({ access_token: 'ya29.fresh', expires_in: 3600 }) });
    };
    const secret = serviceAccountJson({ token_uri: undefined });
    for (let count = 0; count < 2; count++) {
      const sent = await send(vertex, { body: { model: 'gemini-2.5-flash', messages }, settings, secret, fetch });
      expect(sent.headers.authorization).toBe('Bearer ya29.fresh');
    }
    expect(exchanges).toBe(1);
  });

  it.each([{}, { project: 'a/../b' }, { project: 'weir-1', region: 'eu.evil.example/' }])(
    'refuses the settings %o',
    async (wrong) => {
      const sent = send(vertex, { body: { model: 'gemini-2.5-flash', messages }, settings: wrong, secret: 't' });
      await expect(sent).rejects.toMatchObject({ code: 'config.invalid' });
    },
  );

  it('predicts embeddings', () => {
    const request = { model: 'text-embedding-005', inputs: ['a', 'b'], extensions: {} };
    const context = { model: 'text-embedding-005', quirks: {}, clientHeaders: {} };
    const { body } = vertex.embeddings?.encode(request, context) ?? {};
    expect(JSON.parse(String(body))).toEqual({ instances: [{ content: 'a' }, { content: 'b' }] });
    const call = {
      operation: 'embeddings',
      wire: 'vertex-embeddings',
      stream: false,
      baseUrl: vertex.defaultBaseUrl ?? '',
      settings,
    } as const;
    expect(vertex.endpoint({ ...call, model: 'text-embedding-005' }).url).toMatch(/text-embedding-005:predict$/);
    const prediction = (values: number[]) => ({ embeddings: { values, statistics: { token_count: 2 } } });
    expect(vertex.embeddings?.decodeReply({ predictions: [prediction([1]), prediction([2])] }, request)).toMatchObject({
      vectors: [[1], [2]],
      usage: { input: 4 },
    });
  });
});
