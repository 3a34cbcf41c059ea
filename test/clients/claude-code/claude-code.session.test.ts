import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runClaudeCodeSession } from './claude-code.session.ts';
import { readMessageStream } from './read-message-stream.ts';

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

const TOO_LONG =
  '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 250001 tokens > 200000 maximum"}}';
const THINKING =
  '{"type":"error","error":{"type":"invalid_request_error","message":"thinking: Extra inputs are not permitted"}}';
const OVERLOADED = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}';
const COUNT = 42;

/** A gateway in a few lines: overloaded once, without thinking, one tool call, then an answer. */
class FakeGateway {
  readonly seen: Seen[] = [];
  #isOverloaded = true;
  readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#answer(request, response, Buffer.concat(chunks).toString()));
  });

  #answer(request: IncomingMessage, response: ServerResponse, text: string): void {
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    this.seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const send = (status: number, type: string, answer = '') =>
      void response.writeHead(status, { 'content-type': type }).end(answer);
    if (request.method === 'HEAD') return send(200, 'text/plain');
    const json = 'application/json';
    if (request.url?.startsWith('/v1/models')) return send(200, json, '{"data":[{"id":"claude-a"},{"id":"fast"}]}');
    if (request.url?.includes('count_tokens')) return send(200, json, `{"input_tokens":${COUNT}}`);
    if (text.length > 800_000) return send(400, json, TOO_LONG);
    if (body.thinking !== undefined) return send(400, json, THINKING);
    if (this.#isOverloaded) {
      this.#isOverloaded = false;
      response.setHeader('retry-after-ms', '250').setHeader('x-should-retry', 'true');
      return send(529, json, OVERLOADED);
    }
    const isToolTurn = body.tools !== undefined && !text.includes('tool_result');
    return send(200, 'text/event-stream', isToolTurn ? TOOL_STREAM : TEXT_STREAM);
  }
}

const START = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-a', usage: { input_tokens: 9, output_tokens: 1 } },
};

function stream(block: object, deltas: object[], stopReason: string): string {
  return [
    START,
    { type: 'ping' },
    { type: 'content_block_start', index: 0, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason }, usage: { output_tokens: 12 } },
    { type: 'message_stop' },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
}

const TEXT_STREAM = stream({ type: 'text', text: '' }, [{ type: 'text_delta', text: 'It measures rain.' }], 'end_turn');
const TOOL_STREAM = stream(
  { type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} },
  [
    { type: 'input_json_delta', partial_json: '{"file_path":' },
    { type: 'input_json_delta', partial_json: '"README.md"}' },
  ],
  'tool_use',
);

let gateway: FakeGateway | undefined;

afterEach(async () => {
  gateway?.server.closeAllConnections();
  await new Promise((resolve) => gateway?.server.close(resolve));
});

async function play() {
  const fake = new FakeGateway();
  gateway = fake;
  await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
  const { port } = fake.server.address() as AddressInfo;
  return { seen: fake.seen, transcript: await runClaudeCodeSession(`http://127.0.0.1:${port}`, 'weir_key') };
}

describe('the scripted session of Claude Code', () => {
  it('probes, discovers, works with a tool, delegates, counts and overflows, in this order', async () => {
    const { seen, transcript } = await play();
    expect(transcript.exchanges.map(({ step, status, retry }) => [step, status, retry])).toEqual([
      ['probe', 200, 0],
      ['hello', 200, 0],
      ['discovery', 200, 0],
      ['turn 1', 400, 0],
      ['turn 1', 529, 1],
      ['turn 1', 200, 2],
      ['turn 2', 200, 0],
      ['subagent', 200, 0],
      ['count', 200, 0],
      ['too long', 400, 0],
    ]);
    expect([...new Set(seen.map(({ line }) => line))]).toEqual([
      'HEAD /',
      'HEAD /api/hello',
      'GET /v1/models?limit=1000',
      'POST /v1/messages?beta=true',
      'POST /v1/messages/count_tokens?beta=true',
    ]);
  });

  it('tells what came of it', async () => {
    const { transcript } = await play();
    expect(transcript).toMatchObject({
      discoveredModels: ['claude-a'],
      messages: [
        { stopReason: 'tool_use', content: [{ name: 'Read', input: { file_path: 'README.md' } }] },
        {
          stopReason: 'end_turn',
          content: [{ text: 'It measures rain.' }],
          usage: { input_tokens: 9, output_tokens: 12 },
        },
      ],
      subagent: { stopReason: 'end_turn' },
      countedTokens: COUNT,
      canCompact: true,
      waitsMs: [250],
    });
    expect(transcript.exchanges.at(-1)?.text).toBe(TOO_LONG);
  });

  it('sends its headers, a changing billing line and the tool result that answers the call', async () => {
    const { seen } = await play();
    const posts = seen.filter(({ line }) => line === 'POST /v1/messages?beta=true');
    const [first, , retried, second, subagent] = posts;
    expect(first?.headers).toMatchObject({
      'anthropic-beta': expect.stringContaining('claude-code-'),
      'x-claude-code-session-id': expect.stringMatching(/./),
      'x-stainless-retry-count': '0',
      authorization: 'Bearer weir_key',
    });
    expect(first?.body.thinking).toEqual({ type: 'adaptive' });
    expect(retried?.body).not.toHaveProperty('thinking');
    expect(subagent?.headers['x-claude-code-agent-id']).toBe('agent-7c21');
    expect(second?.body.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1' }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
    ]);
    const billing = [first, second].map(
      (seenPost) => (seenPost?.body.system as { text: string }[] | undefined)?.[0]?.text ?? '',
    );
    expect(billing.every((line) => line.startsWith('x-anthropic-billing-header:'))).toBe(true);
    expect(new Set(billing).size).toBe(2);
  });
});

describe('reading a stream of events', () => {
  const events = TEXT_STREAM.split('\n\n');

  it.each([
    ['has no end', events.slice(0, -2), /message_stop/],
    ['has no start', events.slice(1), /message_start/],
    ['starts twice', [events[0], ...events], /message_start/],
    ['leaves a block open', events.filter((event) => !event.includes('block_stop')), /never closed/],
    ['has a delta for no block', events.filter((event) => !event.includes('block_start')), /not open/],
    [
      'has an event without a name',
      [...events.slice(0, 3), 'data: {"type":"ping"}', ...events.slice(3)],
      /with a name/,
    ],
    ['reports an error', [...events.slice(0, 3), `event: error\ndata: ${OVERLOADED}`], /Overloaded/],
  ])('fails when the stream %s', (_what, broken, message) => {
    expect(() => readMessageStream(broken.join('\n\n'))).toThrow(message);
  });
});
