import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RawUpstream } from '../../http/clients/raw-upstream.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { chunk, completion } from '../support/gateway-fixture.ts';
import { quantile } from '../support/load.ts';

const PATH = '/v1/chat/completions';
const MIB = 1_048_576;

let upstream: RawUpstream;
let weir: RunningWeir;

beforeEach(async () => {
  upstream = new RawUpstream();
  const url = await upstream.listen();
  const server = { headers_timeout_ms: 700, request_timeout_ms: 1000 };
  const providers = { openai: { api_key: 'sk-first', base_url: `${url}/v1` } };
  weir = await startWeir({ config: JSON.stringify({ server, providers }) });
});
afterEach(async () => {
  await weir.stop();
  await upstream.close();
});

test('F30: a thousand connections that never finish asking get 408 and are counted; the others notice nothing', async () => {
  upstream.answer = (_request, response) => response.end(JSON.stringify(completion()));
  for (let call = 0; call < 20; call++) await weir.api(`POST ${PATH}`, body());
  const head = `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${weir.adminKey}\r\n`;
  const slow = Array.from({ length: 1000 }, (_, at) =>
    drip(at % 2 === 0 ? `${head}x-slow: ` : `${head}content-length: 100\r\n\r\n{"model":`),
  );
  const times: number[] = [];
  for (let call = 0; call < 50; call++) {
    const startedMono = performance.now();
    expect((await weir.api(`POST ${PATH}`, body())).status).toBe(200);
    times.push(performance.now() - startedMono);
  }
  const answers = await Promise.all(slow);
  expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 408 '))).toHaveLength(1000);
  expect(quantile(times, 0.5)).toBeLessThan(100);
  const metrics = (await weir.api('GET /metrics')).text;
  expect(Number(/weir_errors_total\{code="request.invalid"\} (\d+)/.exec(metrics)?.[1])).toBeGreaterThanOrEqual(1000);
});

test('F31: a client that reads slowly slows its upstream down, not the memory of the server', async () => {
  const piece = chunk({ content: 'x'.repeat(65_536) });
  const total = 1500;
  let sent = 0;
  upstream.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const more = () => {
      while (sent < total) {
        sent++;
        if (!response.write(piece)) return void response.once('drain', more);
      }
      response.end(`${chunk({}, { finish_reason: 'stop' })}data: [DONE]\n\n`);
    };
    more();
  };
  const before = await residentBytes();
  const reply = await openStream();
  await expect.poll(() => isStill(() => sent), { timeout: 10_000, interval: 100 }).toBe(true);
  expect(sent * piece.length).toBeLessThan(64 * MIB);
  expect((await residentBytes()) - before).toBeLessThan(64 * MIB);
  let received = 0;
  reply.on('data', (bytes: Buffer) => {
    received += bytes.length;
  });
  await once(reply, 'end');
  expect(sent).toBe(total);
  expect(received).toBeGreaterThan(total * piece.length);
  const { json } = await weir.api('GET /api/v1/usage/records?limit=1');
  expect(json.data).toMatchObject([{ success: true, status: 200 }]);
});

function body() {
  return { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
}

/** A streamed reply that nobody reads yet. */
async function openStream(): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${weir.adminKey}` };
  const asking = request(weir.url + PATH, { method: 'POST', headers });
  asking.end(JSON.stringify({ ...body(), stream: true }));
  const [reply] = (await once(asking, 'response')) as [IncomingMessage];
  return reply;
}

/** Says this much and then a byte now and again; gives what came back. */
function drip(text: string): Promise<string> {
  const { hostname, port } = new URL(weir.url);
  const socket: Socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  socket.write(text);
  const timer = setInterval(() => socket.write('a'), 200);
  return new Promise((resolve) => {
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

let last = -1;
/** Has it stopped growing since it was looked at? */
function isStill(read: () => number): boolean {
  const now = read();
  const still = now === last;
  last = now;
  return still;
}

async function residentBytes(): Promise<number> {
  const { text } = await weir.api('GET /metrics');
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
}
