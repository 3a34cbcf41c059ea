import { describe, expect, it } from 'vitest';
import { requirement } from '../../../test/support/requirement.ts';
import { anthropicMessagesClient } from '../protocols/anthropic-messages/client.ts';
import { encodeAwsEvent, encodeAwsException } from '../protocols/framing/testing/encode-aws-frame.ts';
import { bedrock } from './bedrock.ts';
import { hear, send } from './testing/provider-call.ts';

const AWS_STREAM = 'application/vnd.amazon.eventstream';
const CLAUDE = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
const messages = [{ role: 'user', content: 'Hello' }];
const chunk = (event: unknown) =>
  encodeAwsEvent('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') });

describe(requirement('A17j'), () => {
  it('invokes Claude with the version in the body, and the model and the streaming in the address', async () => {
    const body = { model: CLAUDE, max_tokens: 9, messages, stream: true };
    const sent = await send(bedrock, { body, client: anthropicMessagesClient, settings: { region: 'eu-west-1' } });
    expect(sent.url).toBe(
      'https://bedrock-runtime.eu-west-1.amazonaws.com/model/global.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream',
    );
    expect(sent.body).toEqual({ max_tokens: 9, messages, anthropic_version: 'bedrock-2023-05-31' });
    expect(sent.headers).toEqual({ authorization: 'Bearer secret-key' });
  });

  it('moves the betas it knows into the body', async () => {
    const clientHeaders = {
      'anthropic-beta': 'claude-code-20250219, interleaved-thinking-2025-05-14,oauth-2025-04-20',
    };
    for (const client of [anthropicMessagesClient, undefined]) {
      const body = { model: CLAUDE, max_tokens: 9, messages };
      const sent = await send(bedrock, { body, clientHeaders, ...(client === undefined ? {} : { client }) });
      expect(sent.body.anthropic_beta).toEqual(['interleaved-thinking-2025-05-14']);
      expect(sent.headers).not.toHaveProperty('anthropic-beta');
    }
  });

  it('opens the envelopes of a stream, for itself and for clients of the same wire', async () => {
    const { upstream } = await send(bedrock, { body: { model: CLAUDE, messages } });
    const events = [
      { type: 'message_start', message: { id: 'm1', model: 'claude', usage: { input_tokens: 5, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
      { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 5 } },
    ];
    const heard = hear(upstream, Buffer.concat(events.map(chunk)), AWS_STREAM);
    expect(heard).toMatchObject({
      id: 'm1',
      choices: [{ content: [{ text: 'Hi' }], finishReason: 'stop' }],
      usage: { input: 5, output: 2 },
    });
    const data = JSON.stringify(events[2]);
    const event = {
      name: 'chunk',
      data: JSON.stringify({ bytes: Buffer.from(data).toString('base64') }),
      raw: Buffer.alloc(0),
    };
    expect(upstream.unwrap?.(event).raw.toString()).toBe(`event: content_block_delta\ndata: ${data}\n\n`);
  });

  it.each([
    [CLAUDE, 'throttlingException', 'upstream.rate_limited'],
    ['amazon.nova-pro-v1:0', 'throttlingException', 'upstream.rate_limited'],
    ['amazon.nova-pro-v1:0', 'modelTimeoutException', 'upstream.timeout'],
    ['amazon.nova-pro-v1:0', 'validationException', 'upstream.rejected'],
    ['amazon.nova-pro-v1:0', 'internalServerException', 'upstream.unavailable'],
  ])('turns in a stream of %s the %s into %s', async (model, exception, code) => {
    const { upstream } = await send(bedrock, { body: { model, messages } });
    const frame = encodeAwsException(exception, { message: 'Not now.' });
    expect(() => hear(upstream, frame, AWS_STREAM)).toThrow(expect.objectContaining({ code, message: 'Not now.' }));
  });

  it('converses with every other model', async () => {
    const tools = [{ type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } }];
    const body = { model: 'amazon.nova-pro-v1:0', messages, max_tokens: 9, temperature: 0.5, tools, seed: 4 };
    const sent = await send(bedrock, { body });
    expect(sent.url).toBe('https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse');
    expect(sent.body).toEqual({
      messages: [{ role: 'user', content: [{ text: 'Hello' }] }],
      inferenceConfig: { maxTokens: 9, temperature: 0.5 },
      toolConfig: { tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } }] },
    });
    expect(sent.dropped).toEqual(['seed']);
  });

  it('signs the request when the secret is an access key', async () => {
    const secret = 'AKIDEXAMPLE0123456:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY:session-token';
    const sent = await send(bedrock, {
      body: { model: 'amazon.nova-pro-v1:0', messages },
      secret,
      settings: { region: 'eu-west-1' },
    });
    expect(sent.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE0123456\/20251120\/eu-west-1\/bedrock\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.stringify(sent.headers)).not.toContain('wJalrXUtnFEMI');
  });

  it('keeps a configured address and signs for the region in it', async () => {
    const secret = 'AKIDEXAMPLE0123456:wJalrXUtnFEMI';
    const baseUrl = 'http://127.0.0.1:9/';
    const sent = await send(bedrock, {
      body: { model: 'amazon.nova-pro-v1:0', messages },
      secret,
      baseUrl,
      settings: { region: 'us-west-2' },
    });
    expect(sent.url).toBe('http://127.0.0.1:9/model/amazon.nova-pro-v1%3A0/converse');
    expect(sent.headers.authorization).toContain('/us-west-2/bedrock/');
    const unknown = send(bedrock, { body: { model: 'amazon.nova-pro-v1:0', messages }, secret, baseUrl });
    await expect(unknown).rejects.toMatchObject({ code: 'config.invalid' });
  });

  it('embeds with the wire of the vendor, one text at a time for Titan', () => {
    const context = { model: 'amazon.titan-embed-text-v2:0', quirks: {}, clientHeaders: {} };
    const request = { model: 'm', inputs: ['one'], dimensions: 256, extensions: {} };
    const read = (body: Buffer | undefined) => JSON.parse(String(body));
    expect(read(bedrock.embeddings?.encode(request, context).body)).toEqual({ inputText: 'one', dimensions: 256 });
    expect(bedrock.embeddings?.decodeReply({ embedding: [1, 2], inputTextTokenCount: 3 }, request)).toMatchObject({
      vectors: [[1, 2]],
      usage: { input: 3 },
    });
    const two = { ...request, inputs: ['one', 'two'] };
    expect(() => bedrock.embeddings?.encode(two, context)).toThrow(expect.objectContaining({ param: 'input' }));
    const cohere = bedrock.embeddings?.encode(two, { ...context, model: 'cohere.embed-v4:0' });
    expect(read(cohere?.body)).toMatchObject({ texts: ['one', 'two'], input_type: 'search_document' });
  });
});
