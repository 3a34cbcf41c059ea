import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../server.ts';
import type { Fault } from './fault.ts';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ latency: { firstTokenMs: 0, interTokenMs: 0 } });
});

afterEach(() => simulator.close());

interface Outcome {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** Error code of the connection; undefined when the reply ended as HTTP says it should. */
  broken: string | undefined;
}

const PROMPT = { messages: [{ role: 'user', content: 'say "one two three four five"' }] };
const CHAT = { path: '/v1/chat/completions', body: { model: 'gpt-4o', ...PROMPT } };
const CHAT_STREAM = { ...CHAT, body: { ...CHAT.body, stream: true, stream_options: { include_usage: true } } };
const MESSAGES = { path: '/v1/messages', body: { model: 'claude-sim', max_tokens: 100, ...PROMPT } };
const MESSAGES_STREAM = { ...MESSAGES, body: { ...MESSAGES.body, stream: true } };
const RESPONSES_STREAM = {
  path: '/v1/responses',
  body: { model: 'gpt-4o', input: 'say "one two three"', stream: true },
};

type Call = { path: string; body: object };

function open(call: Call, agent?: Agent): ClientRequest {
  const headers = {
    authorization: 'Bearer sim',
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
  };
  const sent = request(simulator.url + call.path, { method: 'POST', headers, ...(agent ? { agent } : {}) });
  sent.end(JSON.stringify(call.body));
  return sent;
}

function outcomeOf(sent: ClientRequest): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const settle = (response: IncomingMessage | undefined, broken: string | undefined) =>
      resolve({ status: response?.statusCode, headers: response?.headers ?? {}, body: Buffer.concat(chunks), broken });
    sent.on('error', (error: NodeJS.ErrnoException) => settle(undefined, error.code));
    sent.on('response', (response) => {
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => settle(response, undefined));
      response.on('error', (error: NodeJS.ErrnoException) => settle(response, error.code));
    });
  });
}

function call(what: Call, fault?: Fault | string, agent?: Agent): Promise<Outcome> {
  if (fault !== undefined) simulator.faults.add({ fault });
  return outcomeOf(open(what, agent));
}

const dataLines = (outcome: Outcome) =>
  [...outcome.body.toString().matchAll(/^data: ?(.*)$/gm)].map((match) => match[1] ?? '');
const eventNames = (outcome: Outcome) => outcome.body.toString().match(/(?<=^event: ).*/gm) ?? [];

describe('faults in place of a reply', () => {
  it('status: sends the code in the shape of the wire, with retry-after when told', async () => {
    const openAi = await call(CHAT, { kind: 'status', code: 503, retry_after: 2 });
    const anthropic = await call(MESSAGES, 'status; code=429');
    expect(openAi).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect(JSON.parse(openAi.body.toString())).toMatchObject({ error: { type: 'api_error', param: null } });
    expect(anthropic.headers['retry-after']).toBeUndefined();
    expect(JSON.parse(anthropic.body.toString())).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });

  it('status: sends a body and headers of its own', async () => {
    const text = await call(CHAT, { kind: 'status', code: 502, body: 'Bad gateway', headers: { 'x-from': 'proxy' } });
    const json = await call(CHAT, { kind: 'status', code: 418, body: { teapot: true } });
    expect(text).toMatchObject({ status: 502, headers: { 'x-from': 'proxy' } });
    expect(text.body.toString()).toBe('Bad gateway');
    expect(JSON.parse(json.body.toString())).toEqual({ teapot: true });
  });

  it('overloaded: sends 529', async () => {
    const outcome = await call(MESSAGES, 'overloaded');
    expect(outcome.status).toBe(529);
    expect(JSON.parse(outcome.body.toString()).error.type).toBe('overloaded_error');
  });

  it('spend_cap: sends 429 without retry-after, with the code of each provider', async () => {
    const openAi = await call(CHAT, 'spend_cap');
    const anthropic = await call(MESSAGES, 'spend_cap');
    expect([openAi.status, openAi.headers['retry-after']]).toEqual([429, undefined]);
    expect(JSON.parse(openAi.body.toString()).error.code).toBe('insufficient_quota');
    expect(JSON.parse(anthropic.body.toString()).error.details.error_code).toBe('enforced_spend_limit_reached');
  });

  it('flaky: fails the share of calls that its probability says, the same ones for the same seed', async () => {
    simulator.faults.add({ fault: { kind: 'flaky', probability: 0.5 } });
    const round = async () => {
      simulator.faults.reseed(7);
      const statuses: (number | undefined)[] = [];
      for (let index = 0; index < 40; index += 1) statuses.push((await call(CHAT)).status);
      return statuses;
    };
    const first = await round();
    const failed = first.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(30);
    expect(await round()).toEqual(first);
  });

  it('delay_before_headers: answers honestly, only later', async () => {
    const before = performance.now();
    const outcome = await call(CHAT, { kind: 'delay_before_headers', ms: 40 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
    expect(outcome.status).toBe(200);
  });

  it('hang_before_headers: sends nothing until the client gives up, and journals that it did', async () => {
    simulator.faults.add({ fault: 'hang_before_headers' });
    const sent = open(CHAT);
    const outcome = outcomeOf(sent);
    await simulator.journal.until((entry) => entry.fault === 'hang_before_headers');
    sent.destroy();
    const entry = await simulator.journal.until((each) => each.aborted);
    expect((await outcome).status).toBeUndefined();
    expect(entry).toMatchObject({ finished: false, path: CHAT.path });
    expect(entry.status).toBeUndefined();
  });

  it('reset_before_headers: breaks the connection', async () => {
    expect(await call(CHAT, 'reset_before_headers')).toMatchObject({ status: undefined, broken: 'ECONNRESET' });
  });

  it('html_200: sends a web page', async () => {
    const outcome = await call(CHAT, 'html_200');
    expect(outcome).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(outcome.body.toString()).toMatch(/^<!doctype html>/);
  });

  it('empty_200: sends no body', async () => {
    const outcome = await call(CHAT_STREAM, 'empty_200');
    expect(outcome).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'content-length': '0' },
    });
  });

  it('huge_body: sends as many bytes as told, compressed when told', async () => {
    const plain = await call(CHAT, { kind: 'huge_body', bytes: 300_000 });
    const packed = await call(CHAT, 'huge_body; bytes=300000; gzip=true');
    expect(JSON.parse(plain.body.toString()).filler).toHaveLength(300_000);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body.length).toBeLessThan(5000);
    expect(gunzipSync(packed.body)).toEqual(plain.body);
  });

  it('huge_body: stops when the client has gone', async () => {
    simulator.faults.add({ fault: { kind: 'huge_body', bytes: 1e12 } });
    const sent = open(CHAT);
    sent.on('error', () => undefined);
    sent.once('response', (response) => response.once('data', () => sent.destroy()));
    expect(await simulator.journal.until((entry) => entry.aborted)).toMatchObject({ finished: false, status: 200 });
  });
});

describe('faults within a reply', () => {
  it('headers_then_hang: sends the headers, or some events, and then nothing', async () => {
    simulator.faults.add({ fault: 'headers_then_hang' });
    simulator.faults.add({ fault: 'headers_then_hang; after=2' });
    const headersOnly = open(CHAT);
    const someEvents = open(CHAT_STREAM);
    const opened = await Promise.all([headersOnly, someEvents].map(responseOf));
    expect(opened.map((response) => response.statusCode)).toEqual([200, 200]);
    const text = await textUntil(opened[1] as IncomingMessage, /one"/);
    expect(text.match(/^data:/gm)).toHaveLength(2);
    for (const sent of [headersOnly, someEvents]) sent.destroy();
    await simulator.journal.until((entry) => entry.id === 1 && entry.aborted);
    await simulator.journal.until((entry) => entry.id === 2 && entry.aborted);
  });

  it('reset_mid_stream: breaks the connection after the events it was told', async () => {
    const stream = await call(CHAT_STREAM, 'reset_mid_stream; after=4');
    const whole = await call(CHAT, 'reset_mid_stream');
    expect(stream).toMatchObject({ status: 200, broken: 'ECONNRESET' });
    expect(dataLines(stream)).toHaveLength(4);
    expect(whole).toMatchObject({ status: 200, broken: 'ECONNRESET' });
    expect(whole.body.length).toBeGreaterThan(50);
  });

  it('reset_mid_stream: sends a hard reset when told', async () => {
    const outcome = await call(CHAT_STREAM, 'reset_mid_stream; variant=rst; ms=1');
    expect(outcome.broken).toBe('ECONNRESET');
    expect(outcome.body.toString()).not.toContain('[DONE]');
    expect(await simulator.journal.until((entry) => entry.aborted)).toMatchObject({ finished: false });
  });

  it.each([
    ['chat', CHAT_STREAM, '[DONE]'],
    ['messages', MESSAGES_STREAM, 'message_stop'],
    ['responses', RESPONSES_STREAM, 'response.completed'],
  ])('end_without_terminator: ends a %s stream cleanly without its last event', async (_wire, what, terminator) => {
    const honest = await call(what);
    const cut = await call(what, 'end_without_terminator');
    const early = await call(what, 'end_without_terminator; after=3');
    expect(honest.body.toString()).toContain(terminator);
    expect(cut.broken).toBeUndefined();
    expect(cut.body.toString()).not.toContain(terminator);
    expect(dataLines(cut)).toHaveLength(dataLines(honest).length - 1);
    expect(dataLines(early)).toHaveLength(3);
  });

  it('malformed_event: puts one broken event among the good ones', async () => {
    const isBroken = (line: string) => {
      try {
        return typeof JSON.parse(line) !== 'object';
      } catch {
        return line !== '[DONE]';
      }
    };
    const bad = await call(CHAT_STREAM, 'malformed_event; after=3');
    const number = await call(CHAT_STREAM, 'malformed_event; variant=not_object');
    const utf8 = await call(CHAT_STREAM, 'malformed_event; variant=invalid_utf8');
    const giant = await call(CHAT_STREAM, 'malformed_event; variant=giant_line');
    const whole = await call(CHAT, 'malformed_event');
    expect(dataLines(bad).map(isBroken).indexOf(true)).toBe(3);
    expect(dataLines(number).filter(isBroken)).toEqual(['42']);
    expect(utf8.body.includes(Buffer.from([0xc3, 0x28, 0xff]))).toBe(true);
    expect(giant.body.length).toBeGreaterThan(2 * 1024 * 1024);
    for (const outcome of [bad, number, utf8, giant]) expect(dataLines(outcome).at(-1)).toBe('[DONE]');
    expect(() => JSON.parse(whole.body.toString())).toThrow(SyntaxError);
  });

  it('odd_framing: changes the framing and no event', async () => {
    const content = (outcome: Outcome) =>
      dataLines(outcome)
        .filter((line) => line !== '[DONE]')
        .map((line) => JSON.parse(line).choices[0]?.delta.content ?? '')
        .join('');
    const outcomes = await Promise.all(
      ['crlf', 'comments', 'no_space', 'bytes'].map((variant) => call(CHAT_STREAM, { kind: 'odd_framing', variant })),
    );
    const [crlf, comments, noSpace] = outcomes.map((outcome) => outcome.body.toString());
    expect(outcomes.map(content)).toEqual(Array(4).fill('one two three four five'));
    expect(crlf).toMatch(/\r\n\r\n/);
    expect(comments).toMatch(/^: keep-alive$/m);
    expect(noSpace).not.toMatch(/^data: /m);
  });

  it.each([
    ['chat', CHAT_STREAM, /"error":\{"message"/],
    ['messages', MESSAGES_STREAM, /^event: error\ndata: \{"type":"error"/m],
    ['responses', RESPONSES_STREAM, /^event: error\ndata: \{"type":"error","sequence_number":\d+/m],
  ])('error events: come before or after the text of a %s stream and end it', async (_wire, what, shape) => {
    const before = await call(what, 'error_event_before_text');
    const after = await call(what, 'error_event_after_text');
    for (const outcome of [before, after]) {
      expect(outcome).toMatchObject({ status: 200, broken: undefined });
      expect(outcome.body.toString()).toMatch(shape);
      expect(outcome.body.toString()).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
    }
    expect(dataLines(after).length).toBe(dataLines(before).length + 2);
  });

  it('error events: become a refusal when nothing is streamed', async () => {
    expect((await call(MESSAGES, 'error_event_after_text')).status).toBe(529);
  });

  it.each([
    ['chat', CHAT],
    ['chat stream', CHAT_STREAM],
    ['messages stream', MESSAGES_STREAM],
    ['responses stream', RESPONSES_STREAM],
  ])('no_usage and absurd_usage: remove or distort every count of a %s', async (_wire, what) => {
    const without = await call(what, 'no_usage');
    const absurd = await call(what, 'absurd_usage; value=-7');
    expect(without.body.toString()).not.toMatch(/"(prompt|input|output|completion)_tokens"/);
    expect(without.body.toString()).toContain('one');
    const counts = absurd.body.toString().match(/"(?:prompt|input|output|completion|total)_tokens":-?\d+/g) ?? [];
    expect(counts.length).toBeGreaterThan(0);
    for (const count of counts) expect(count).toMatch(/:-7$/);
  });

  it('wrong_content_length: declares more than it sends, or less', async () => {
    const more = await call(CHAT, 'wrong_content_length; by=20');
    const less = await call(CHAT, 'wrong_content_length; by=-20');
    const stream = await call(CHAT_STREAM, 'wrong_content_length');
    expect(more.broken).toBe('ECONNRESET');
    expect(Number(more.headers['content-length'])).toBe(more.body.length + 20);
    expect(() => JSON.parse(less.body.toString())).toThrow(SyntaxError);
    expect(stream.broken).toBe('ECONNRESET');
  });

  it('slow_bytes: lets one byte through at a time', async () => {
    simulator.faults.add({ fault: 'slow_bytes; ms=1' });
    const response = await responseOf(open(MESSAGES));
    const sizes: number[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizes.push(chunk.length);
      if (sizes.length === 20) break;
    }
    expect(sizes).toHaveLength(20);
    await simulator.journal.until((entry) => entry.aborted);
  });

  it('close_after_reply: keeps the connection until the next request comes, then breaks it', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await call(CHAT, 'close_after_reply', agent);
    const second = await call(CHAT, undefined, agent);
    const third = await call(CHAT, undefined, agent);
    agent.destroy();
    expect(first).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } });
    expect(second.broken).toBe('ECONNRESET');
    expect(third.status).toBe(200);
    await simulator.journal.until((entry) => entry.id === 3 && entry.finished);
    expect(simulator.journal.entries.map((entry) => entry.aborted)).toEqual([false, true, false]);
  });
});

describe('who meets a fault', () => {
  it('only requests that match by path, model and credential, as often as told', async () => {
    simulator.faults.add({ match: { path: '/v1/messages' }, fault: 'status; code=500' });
    simulator.faults.add({ match: { model: 'gpt-4o', authorization: 'other' }, fault: 'status; code=501' });
    simulator.faults.add({ match: { model: 'gpt-4o', authorization: 'sim' }, fault: 'status; code=502', times: 2 });
    const statuses = [];
    for (const what of [CHAT, CHAT, CHAT, MESSAGES, MESSAGES]) statuses.push((await call(what)).status);
    expect(statuses).toEqual([502, 502, 200, 500, 200]);
    expect(simulator.faults.pending).toBe(1);
  });

  it('every request while the rule says always, and none after it is cleared', async () => {
    simulator.faults.add({ fault: 'overloaded', times: 'always' });
    const during = [await call(CHAT), await call(MESSAGES), await call(CHAT_STREAM)];
    simulator.faults.clear();
    expect(during.map((outcome) => outcome.status)).toEqual([529, 529, 529]);
    expect((await call(CHAT)).status).toBe(200);
  });

  it('the one request that carries the x-simulate header', async () => {
    simulator.faults.add({ fault: 'status; code=418' });
    const ask = (fault?: string) =>
      fetch(`${simulator.url}/v1/models`, {
        headers: { authorization: 'Bearer sim', ...(fault === undefined ? {} : { 'x-simulate': fault }) },
      });
    const headed = await ask('{"kind":"status","code":503}');
    const wrong = await ask('explode');
    expect(headed.status).toBe(503);
    expect([wrong.status, ((await wrong.json()) as { error: string }).error]).toEqual([
      400,
      expect.stringContaining('explode'),
    ]);
    expect((await ask()).status).toBe(418);
  });
});

it('closes while requests hang and sockets idle', async () => {
  simulator.faults.add({ fault: 'hang_before_headers' });
  const idle = connect(simulator.port, '127.0.0.1');
  idle.on('error', () => undefined);
  const hanging = call(CHAT);
  await simulator.journal.until((entry) => entry.fault === 'hang_before_headers');
  await simulator.close();
  expect((await hanging).broken).toBe('ECONNRESET');
  simulator = await startSimulator();
});

it('names the messages events of an honest stream in order', async () => {
  const names = eventNames(await call(MESSAGES_STREAM));
  expect([names[0], names.at(-2), names.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop']);
});

function responseOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => {
      sent.off('error', reject);
      sent.on('error', () => undefined);
      response.on('error', () => undefined);
      resolve(response);
    });
  });
}

function textUntil(response: IncomingMessage, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (pattern.test(text)) resolve(text);
    });
  });
}
