import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningWeir, startWeir } from '../../support/weir.ts';

const PATH = '/v1/chat/completions';
const TRIES = 5;

let weir: RunningWeir;
beforeAll(async () => {
  weir = await startWeir({ env: { OPENAI_API_KEY: 'sk-first', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } });
});
afterAll(() => weir.stop());

const HOSTILE: readonly [string, () => string, string][] = [
  ['nested 100,000 deep', () => `{"messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'server.max_json_depth'],
  [
    'made of a million keys',
    () => `{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(',')}}`,
    'server.max_json_members',
  ],
  ['with a field twice', () => '{"model":"gpt-4o","model":"gpt-4o-mini","messages":[]}', 'model'],
];

test.each(HOSTILE)(
  'F33: JSON %s is refused for less than 50 ms of CPU beyond reading it',
  async (_name, make, named) => {
    const text = make();
    const { json, status } = await weir.api(`POST ${PATH}`, text);
    expect([status, json]).toMatchObject([400, { error: { message: expect.stringContaining(named) } }]);
    const reading = await leastCpuMs(() => weir.api(`POST ${PATH}`, 'x'.repeat(text.length)));
    const refusing = await leastCpuMs(() => weir.api(`POST ${PATH}`, text));
    expect(refusing - reading).toBeLessThan(50);
  },
);

test.each([
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ['a cut UTF-8 sequence', Buffer.from('7b226d6f64656c223a22e282', 'hex')],
])('F34: %s is refused and never replaced', async (_name, body) => {
  const reply = await fetch(weir.url + PATH, { method: 'POST', headers: headers(), body: new Uint8Array(body) });
  expect(reply.status).toBe(400);
  expect(await reply.text()).not.toContain('\ufffd');
});

test('F35: a compressed body is refused before it is read, however large it would become', async () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  const reply = await fetch(weir.url + PATH, {
    method: 'POST',
    headers: { ...headers(), 'content-encoding': 'gzip' },
    body: new Uint8Array(bomb),
  });
  expect([reply.status, await reply.json()]).toMatchObject([415, { error: { param: 'content-encoding' } }]);
});

test('F32: a body over the limit is refused by its announced length, and the connection ends', async () => {
  const { hostname, port } = new URL(weir.url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host: 'localhost', ...headers(), 'content-length': '1000000000' });
  socket.write(`POST ${PATH} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes;
  });
  await new Promise((resolve) => socket.on('close', resolve));
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('server.max_body_bytes');
});

function headers() {
  return { 'content-type': 'application/json', authorization: `Bearer ${weir.adminKey}` };
}

/** Milliseconds that the server takes for it at best: what it does besides, as collecting garbage, falls into some tries only. */
async function leastCpuMs(run: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await cpuSeconds();
    await run();
    least = Math.min(least, ((await cpuSeconds()) - before) * 1000);
  }
  return least;
}

async function cpuSeconds(): Promise<number> {
  const { text } = await weir.api('GET /metrics');
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
