import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import AnthropicZero from 'anthropic-0';
import { afterEach, describe, expect, it } from 'vitest';
import type { Part } from '../../kernel/chat.ts';
import { WeirError } from '../../kernel/errors.ts';
import { usage } from '../../kernel/usage.ts';
import { partsOf, ReplyAssembler } from '../assemble-reply.ts';
import { anthropicMessagesClient } from './client.ts';
import { encodeModels } from './encode-models.ts';
import { decodeReply } from './reply/decode-reply.ts';
import { RICH_MESSAGE } from './testing/events.ts';
import { decode, REPLY_CONTEXT } from './testing/requests.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Answers everything with these bytes; gives the base URL and what was asked. */
async function serve(answer: { status?: number; type: string; text: string }) {
  const asked: { url: string; version: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      asked.push({ url: request.url ?? '', version: String(request.headers['anthropic-version']), body });
      response.writeHead(answer.status ?? 200, { 'content-type': answer.type, 'request-id': 'req_1' });
      response.end(answer.text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const PARAMS = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hi' }] };

/** Both generations of the SDK speak different API versions; the calls used here are the same, so one type serves both. */
const CLIENTS = [
  {
    name: '@anthropic-ai/sdk 1.x',
    version: '2026-10-21',
    open: (baseURL: string) => new Anthropic({ baseURL, apiKey: 'k', maxRetries: 0 }),
  },
  {
    name: '@anthropic-ai/sdk 0.x',
    version: '2023-06-01',
    open: (baseURL: string) => new AnthropicZero({ baseURL, apiKey: 'k', maxRetries: 0 }) as unknown as Anthropic,
  },
];

function streamText(parts: readonly Part[]): string {
  const request = decode({ ...PARAMS, stream: true });
  const encoder = anthropicMessagesClient.encoder(request, REPLY_CONTEXT);
  return parts.map((part) => encoder.encode(part)).join('');
}

/** What a provider of another wire streamed. */
const FOREIGN_PARTS: readonly Part[] = [
  { type: 'start', id: 'chatcmpl-1', model: 'gpt-x', createdS: 1 },
  { type: 'reasoning-delta', choice: 0, block: 0, text: 'Thinking' },
  { type: 'text-delta', choice: 0, block: 1, text: 'Hello, ' },
  { type: 'text-delta', choice: 0, block: 1, text: 'Wörld 🌊' },
  { type: 'block-end', choice: 0, block: 1 },
  { type: 'tool-call-start', choice: 0, block: 2, id: 'c1', name: 'measure' },
  { type: 'tool-call-delta', choice: 0, block: 2, argumentsText: '{"city":' },
  { type: 'tool-call-delta', choice: 0, block: 2, argumentsText: '"Oslo"}' },
  { type: 'block-end', choice: 0, block: 2 },
  { type: 'tool-call-start', choice: 0, block: 3, id: 'c2', name: 'now' },
  { type: 'finish', choice: 0, reason: 'tool-calls' },
  { type: 'usage', usage: usage({ input: 9, cacheRead: 3, cacheWrite1h: 2, output: 8, reasoning: 4 }) },
  { type: 'end' },
];

const FOREIGN_MESSAGE = {
  id: 'chatcmpl-1',
  type: 'message',
  role: 'assistant',
  model: 'gpt-x',
  content: [
    { type: 'thinking', thinking: 'Thinking', signature: '' },
    { type: 'text', text: 'Hello, Wörld 🌊' },
    { type: 'tool_use', id: 'c1', name: 'measure', input: { city: 'Oslo' } },
    { type: 'tool_use', id: 'c2', name: 'now', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 9, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 12 },
};

describe.each(CLIENTS)('$name', ({ open, version }) => {
  it('sends a body that Weir reads', async () => {
    const { baseURL, asked } = await serve({ type: 'application/json', text: JSON.stringify(RICH_MESSAGE) });
    await open(baseURL).messages.create({ ...PARAMS, system: 'Be brief.' });
    const [request] = asked;
    expect(request?.version).toBe(version);
    const json = JSON.parse(request?.body ?? '');
    expect(
      decode(json)
        .chat()
        .messages.map(({ role }) => role),
    ).toEqual(['system', 'user']);
  });

  it('rebuilds a translated stream', async () => {
    const { baseURL } = await serve({ type: 'text/event-stream; charset=utf-8', text: streamText(FOREIGN_PARTS) });
    const stream = open(baseURL).messages.stream(PARAMS);
    expect(await stream.finalMessage()).toMatchObject(FOREIGN_MESSAGE);
  });

  it('gets the same message without streaming', async () => {
    const assembler = new ReplyAssembler();
    for (const part of FOREIGN_PARTS) assembler.add(part);
    const reply = anthropicMessagesClient.encodeReply(assembler.reply(), decode(PARAMS), REPLY_CONTEXT);
    const { baseURL } = await serve({ type: 'application/json', text: JSON.stringify(reply) });
    expect(await open(baseURL).messages.create(PARAMS)).toMatchObject(FOREIGN_MESSAGE);
  });

  it('rebuilds thinking, citations and server tools of its own wire', async () => {
    const text = streamText(partsOf(decodeReply(RICH_MESSAGE)));
    const { baseURL } = await serve({ type: 'text/event-stream', text });
    const message = await open(baseURL).messages.stream(PARAMS).finalMessage();
    expect(message).toMatchObject({ content: RICH_MESSAGE.content, stop_reason: 'tool_use' });
    expect(message.usage).toMatchObject({ input_tokens: 11, output_tokens: 55, cache_read_input_tokens: 40 });
  });

  it('throws when the stream breaks off with an error event', async () => {
    const error = new WeirError('upstream.unavailable', { status: 529, message: 'Overloaded' });
    const text = streamText(FOREIGN_PARTS.slice(0, 4)) + anthropicMessagesClient.encodeStreamError(error, 'req_1');
    const { baseURL } = await serve({ type: 'text/event-stream', text });
    await expect(open(baseURL).messages.stream(PARAMS).finalMessage()).rejects.toThrow(/overloaded_error/);
  });

  it('understands an exhausted budget', async () => {
    const body = anthropicMessagesClient.encodeError(new WeirError('limit.budget'), 'req_1');
    const { baseURL } = await serve({ status: 402, type: 'application/json', text: JSON.stringify(body) });
    await expect(open(baseURL).messages.create(PARAMS)).rejects.toMatchObject({
      status: 402,
      requestID: 'req_1',
      error: { error: { type: 'billing_error', details: { error_code: 'enforced_spend_limit_reached' } } },
    });
  });

  it('lists the models', async () => {
    const text = JSON.stringify(encodeModels([{ id: 'claude-a' }, { id: 'claude-b', displayName: 'B' }]));
    const { baseURL } = await serve({ type: 'application/json', text });
    const ids: string[] = [];
    for await (const model of open(baseURL).models.list({ limit: 1000 })) ids.push(model.id);
    expect(ids).toEqual(['claude-a', 'claude-b']);
  });

  it('counts tokens', async () => {
    const { baseURL, asked } = await serve({ type: 'application/json', text: '{"input_tokens":7}' });
    const { max_tokens: _, ...params } = PARAMS;
    expect(await open(baseURL).messages.countTokens(params)).toEqual({ input_tokens: 7 });
    expect(asked[0]?.url).toBe('/v1/messages/count_tokens');
  });
});
