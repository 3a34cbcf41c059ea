import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asArray, asObject, type JsonObject } from '../../../server/src/kernel/json.ts';
import { openaiResponsesClient } from '../../../server/src/protocols/openai-responses/client.ts';
import { runCodexSession } from './run-codex-session.ts';

/** One scripted answer of the fake provider. */
type Answer = { readonly status?: number; readonly body: string };

function stream(items: readonly JsonObject[], last = 'response.completed'): Answer {
  const usage = { input_tokens: 5, output_tokens: 3, total_tokens: 8 };
  const events: JsonObject[] = [
    { type: 'response.created', response: { id: 'resp_1' } },
    ...items.flatMap((item, output_index) => [
      { type: 'response.output_item.added', output_index, item },
      ...(item.type === 'message' ? [{ type: 'response.output_text.delta', output_index, delta: 'Done.' }] : []),
      { type: 'response.output_item.done', output_index, item },
    ]),
    { type: last, response: { id: 'resp_1', usage, error: { code: 'server_error', message: 'broken' } } },
  ];
  return { body: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('') };
}

const REASONING = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAA' };
const SHELL = {
  type: 'function_call',
  id: 'fc_1',
  name: 'shell_command',
  arguments: '{"command":"ls"}',
  call_id: 'c1',
};
const PATCH = { type: 'custom_tool_call', id: 'ctc_1', name: 'apply_patch', input: '*** Begin Patch', call_id: 'c2' };
const MESSAGE = { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] };
const ANSWER = stream([MESSAGE]);
const MODELS = JSON.stringify({ object: 'list', data: [{ id: 'gpt-5.2-codex', object: 'model' }] });

describe('the scripted Codex session', () => {
  let server: Server;
  let baseUrl = '';
  let answers: Answer[] = [];
  let received: { url: string; headers: IncomingMessage['headers']; json: JsonObject }[] = [];

  beforeEach(async () => {
    received = [];
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        if (request.method === 'GET') {
          response.end(MODELS);
          return;
        }
        received.push({ url: request.url ?? '', headers: request.headers, json: JSON.parse(body) as JsonObject });
        const answer = answers.shift() ?? { status: 400, body: '{}' };
        response.writeHead(answer.status ?? 200).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('asks for the models and answers every turn', async () => {
    answers = [ANSWER, ANSWER];
    const transcript = await runCodexSession(baseUrl, 'weir_key');
    expect(transcript.models).toEqual({ status: 200, names: ['gpt-5.2-codex'] });
    expect(transcript.turns.map(({ outcome, text }) => [outcome, text])).toEqual([
      ['answered', 'Done.'],
      ['answered', 'Done.'],
    ]);
    expect(received[0]).toMatchObject({ url: '/v1/responses', headers: { authorization: 'Bearer weir_key' } });
    expect(received[0]?.json).toMatchObject({ store: false, stream: true, include: ['reasoning.encrypted_content'] });
  });

  it('runs both kinds of tools and sends reasoning and calls back with their outputs', async () => {
    answers = [stream([REASONING, SHELL]), stream([PATCH]), ANSWER, ANSWER];
    const transcript = await runCodexSession(baseUrl, 'k');
    expect(transcript.turns[0]?.exchanges).toHaveLength(3);
    const input = (asArray(received[2]?.json.input) ?? []).slice(3);
    expect(input).toEqual([
      { type: 'reasoning', summary: [], content: null, encrypted_content: 'gAAAA' },
      { type: 'function_call', name: 'shell_command', arguments: '{"command":"ls"}', call_id: 'c1' },
      { type: 'function_call_output', call_id: 'c1', output: expect.stringContaining('Exit code: 0') },
      { type: 'custom_tool_call', status: 'completed', call_id: 'c2', name: 'apply_patch', input: '*** Begin Patch' },
      { type: 'custom_tool_call_output', call_id: 'c2', output: expect.stringContaining('Success') },
    ]);
  });

  it('tries a 5xx again with the same body', async () => {
    answers = [{ status: 503, body: '{}' }, ANSWER, ANSWER];
    const transcript = await runCodexSession(baseUrl, 'k');
    expect(transcript.turns[0]?.exchanges[0]?.attempts.map(({ status }) => status)).toEqual([503, 200]);
    expect(received[1]?.json).toEqual(received[0]?.json);
  });

  it('gives up after four more tries', async () => {
    answers = Array<Answer>(9).fill({ status: 502, body: '{}' });
    const transcript = await runCodexSession(baseUrl, 'k');
    expect(transcript.turns.map(({ outcome }) => outcome)).toEqual(['failed']);
    expect(received).toHaveLength(5);
  });

  it.each([
    ['breaks off', { body: ANSWER.body.slice(0, ANSWER.body.lastIndexOf('event:')) }],
    ['fails', stream([], 'response.failed')],
    ['is not SSE at all', { body: '<html>' }],
  ])('tries again when the stream %s', async (_how, broken) => {
    answers = [broken, ANSWER, ANSWER];
    const transcript = await runCodexSession(baseUrl, 'k');
    expect(transcript.turns[0]?.exchanges[0]?.attempts).toHaveLength(2);
    expect(transcript.turns[0]?.outcome).toBe('answered');
  });

  it('hands a 429 to the person, who sends the message again', async () => {
    answers = [{ status: 429, body: '{"error":{"type":"rate_limit_error","message":"x"}}' }, ANSWER, ANSWER];
    const transcript = await runCodexSession(baseUrl, 'k');
    expect(transcript.turns.map(({ outcome }) => outcome)).toEqual(['rate-limited', 'answered', 'answered']);
  });

  it('does not try a client error again', async () => {
    answers = [{ status: 400, body: '{}' }];
    const transcript = await runCodexSession(baseUrl, 'k');
    expect([received.length, transcript.turns[0]?.outcome]).toEqual([1, 'failed']);
  });

  it('sends only requests that the Responses decoder takes in full', async () => {
    answers = [stream([REASONING, SHELL, PATCH]), ANSWER, ANSWER];
    await runCodexSession(baseUrl, 'k');
    const requests = received.map(({ json }) =>
      openaiResponsesClient.decode(Buffer.from(JSON.stringify(json)), json, {}),
    );
    const roles = requests
      .at(-1)
      ?.chat()
      .messages.map(({ role }) => role);
    expect(roles).toEqual(['system', 'developer', 'user', 'user', 'assistant', 'tool', 'assistant', 'user']);
    expect(requests[1]?.chat().tools?.map((tool) => asObject(tool)?.name)).toEqual(['shell_command', 'apply_patch']);
  });
});
