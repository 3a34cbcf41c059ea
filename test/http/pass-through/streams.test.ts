import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { lastRecord, startUpstream, type Upstream } from './support.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

const MEGABYTE = 1024 * 1024;
let upstream: Upstream;
let weir: RunningWeir;
let answer: Answer = () => {};

beforeAll(async () => {
  upstream = await startUpstream((request, response, body) => answer(request, response, body));
  weir = await startWeir({ config: upstream.config });
});
afterAll(async () => {
  await weir.stop();
  await upstream.close();
});

/** A running reply, read by hand. */
async function speech(from: RunningWeir = weir): Promise<IncomingMessage> {
  const asked = httpRequest(`${from.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${from.adminKey}`, 'content-type': 'application/json' },
  });
  asked.end(JSON.stringify({ model: 'own/voice', input: 'x', voice: 'alloy' }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

function residentMegabytes(): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(weir.pid)], { encoding: 'utf8' })) / 1024;
}

it('a sound of 192 MB goes through without being held, past the limit for whole replies', async () => {
  const chunk = Buffer.from(Array.from({ length: MEGABYTE }, (_, index) => (index * 31) & 255));
  const chunks = 192;
  const expected = createHash('sha256');
  let finish = () => {};
  answer = async (_, response) => {
    response.writeHead(200, { 'content-type': 'audio/pcm' });
    for (let sent = 0; sent < chunks; sent++) {
      expected.update(chunk);
      if (!response.write(chunk)) await once(response, 'drain');
    }
    finish = () => response.end('the end');
    expected.update('the end');
  };
  const before = residentMegabytes();
  const response = await speech();
  const seen = createHash('sha256');
  let bytes = 0;
  let grown = 0;
  for await (const piece of response) {
    seen.update(piece);
    bytes += piece.length;
    if (bytes !== chunks * MEGABYTE) continue;
    grown = residentMegabytes() - before;
    finish();
  }
  expect([response.headers['content-type'], bytes]).toEqual(['audio/pcm', chunks * MEGABYTE + 7]);
  expect(seen.digest('hex')).toBe(expected.digest('hex'));
  expect(grown).toBeLessThan(128);
  expect(await lastRecord(weir)).toMatchObject({ operation: 'audio', success: true, cost_state: 'unpriced' });
});

it('a slow client slows the provider down instead of filling memory', async () => {
  const chunk = Buffer.alloc(MEGABYTE, 7);
  let written = 0;
  answer = async (_, response) => {
    response.writeHead(200, { 'content-type': 'audio/pcm' });
    for (; written < 96; written++) if (!response.write(chunk)) await once(response, 'drain');
    response.end();
  };
  const response = await speech();
  let bytes = 0;
  let pieces = 0;
  let ahead = 0;
  for await (const piece of response) {
    bytes += piece.length;
    ahead = Math.max(ahead, written - bytes / MEGABYTE);
    // Between its pieces this client does something else that gives Weir all the time to read on.
    if (pieces++ < 100) await weir.api('GET /v1/models');
  }
  expect(bytes).toBe(96 * MEGABYTE);
  expect(ahead).toBeLessThan(48);
});

it('a sound that is cut off ends in a broken connection, never in a reply that looks whole', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': '1000' });
    response.write(Buffer.alloc(500, 1));
    setImmediate(() => response.socket?.destroySoon());
  };
  const response = await speech();
  const read = (async () => {
    for await (const _ of response);
  })();
  await expect(read).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await lastRecord(weir)).toMatchObject({ success: false, error_code: 'upstream.bad_reply' });
});

it('a provider that falls silent in the middle is left after the idle limit', async () => {
  const impatient = await startWeir({ config: `${upstream.config}timeouts: { idle_ms: 300 }` });
  const left = new Promise<void>((resolve) => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      response.write(Buffer.alloc(500, 1));
      response.once('close', resolve);
    };
  });
  const response = await speech(impatient);
  const read = (async () => {
    for await (const _ of response);
  })();
  await expect(read).rejects.toMatchObject({ code: 'ECONNRESET' });
  await left;
  expect(await lastRecord(impatient)).toMatchObject({ success: false, error_code: 'upstream.timeout' });
  await impatient.stop();
});

it('a client that leaves makes Weir leave the provider', async () => {
  const left = new Promise<void>((resolve) => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      response.write(Buffer.alloc(500, 1));
      response.once('close', resolve);
    };
  });
  const response = await speech();
  await once(response, 'readable');
  response.destroy();
  await left;
});

it('an error before the first byte is an error of the wire', async () => {
  answer = (_, response) => {
    response.writeHead(503, { 'content-type': 'audio/mpeg' });
    response.end(Buffer.alloc(10));
  };
  const reply = await weir.api('POST /v1/audio/speech', { model: 'own/voice', input: 'x', voice: 'a' });
  expect([reply.status, reply.json.error.code]).toEqual([503, 'upstream.unavailable']);
});

it('a transcription that is streamed passes event by event and is counted', async () => {
  const events = [
    'data: {"type":"transcript.text.delta","delta":"The ri"}\n\n',
    'data: {"type":"transcript.text.delta","delta":"ver"}\n\n',
    'data: {"type":"transcript.text.done","text":"The river","usage":{"type":"tokens","input_tokens":40,' +
      '"input_token_details":{"text_tokens":10,"audio_tokens":30},"output_tokens":3,"total_tokens":43}}\n\n',
  ];
  let received: Buffer | undefined;
  answer = (_, response, body) => {
    received = body;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(event);
    response.end();
  };
  const form = new FormData();
  form.set('file', new File([Buffer.from([0, 1, 13, 10, 45, 45])], 'a.wav'));
  form.set('model', 'own/hear');
  form.set('stream', 'true');
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') ?? '';
  const sent = Buffer.from(await encoded.arrayBuffer());
  const reply = await fetch(`${weir.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${weir.adminKey}`, 'content-type': type },
    body: sent,
  });
  expect(await reply.text()).toBe(events.join(''));
  expect(received?.toString('latin1')).toBe(sent.toString('latin1').replace('own/hear', 'hear'));
  expect(await lastRecord(weir)).toMatchObject({
    stream: true,
    tokens: { input: 10, audio_input: 30, output: 3 },
    tokens_used: 43,
  });
});

it('a stream of events that is cut off ends with an error event', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"type":"image_generation.partial_image"}\n\n');
    setImmediate(() => response.socket?.destroySoon());
  };
  const body = { model: 'own/paint', prompt: 'x', stream: true };
  const reply = await weir.api('POST /v1/images/generations', body);
  expect(reply.status).toBe(200);
  expect(reply.text).toContain('partial_image');
  expect(reply.text).toMatch(/data: \{"error":.*upstream/);
});

it('a form whose model has its name already goes out byte for byte', async () => {
  const sent = Buffer.from(
    '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nhear\r\n--b\r\n' +
      'Content-Disposition: form-data; name="file"; filename="x"\r\n\r\n\r\n--bb\r\n--b--\r\nepilogue',
  );
  let received: { type: string | undefined; body: Buffer } | undefined;
  answer = (request, response, body) => {
    received = { type: request.headers['content-type'], body };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{ "text" :"ok" }');
  };
  const config = `${upstream.config.replace('api_key: none', 'api_key: none, models: [hear]')}`;
  const second = await startWeir({ config });
  const type = 'multipart/form-data; boundary=b';
  const reply = await fetch(`${second.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${second.adminKey}`, 'content-type': type },
    body: sent,
  });
  expect(await reply.text()).toBe('{ "text" :"ok" }');
  expect(received?.type).toBe(type);
  expect(received?.body.equals(sent)).toBe(true);
  await second.stop();
});
