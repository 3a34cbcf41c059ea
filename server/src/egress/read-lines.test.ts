import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HttpClient } from '../ports/http-client.ts';
import { createHttpClient } from './http-client.ts';
import { readLines } from './read-lines.ts';

let http: HttpClient;
let server: Server;
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  http = createHttpClient({ connectTimeoutMs: 5000, allow: [] });
  server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await http.close();
});

async function read(take?: (lines: readonly string[]) => Promise<void>) {
  const taken: (readonly string[])[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const keep = async (lines: readonly string[]) => void taken.push(lines);
  const request = { method: 'GET', url, headers: {}, body: undefined, trusted: true };
  return { status: await readLines(http, request, take ?? keep), taken };
}

test('lines come in order, whole, whatever the chunks cut, the last one without its end', async () => {
  const bytes = Buffer.from('one\nzwei ü\n\nlast');
  answer = async (response) => {
    for (const byte of bytes) {
      response.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    response.end();
  };
  const { status, taken } = await read();
  expect([status, taken.flat()]).toEqual([200, ['one', 'zwei ü', '', 'last']]);
});

test('the next lines wait until the last were taken', async () => {
  const lines = Array.from({ length: 5000 }, (_, at) => `line ${at} ${'x'.repeat(200)}`);
  answer = (response) => response.end(lines.join('\n'));
  const taken: string[] = [];
  let busy = 0;
  await read(async (some) => {
    busy++;
    expect(busy).toBe(1);
    await new Promise(setImmediate);
    taken.push(...some);
    busy--;
  });
  expect(taken).toEqual(lines);
});

test('the body of another status is not given', async () => {
  answer = (response) => response.writeHead(404).end('gone\n');
  expect(await read()).toEqual({ status: 404, taken: [] });
});

test('an empty body has no lines', async () => {
  answer = (response) => response.end();
  expect(await read()).toEqual({ status: 200, taken: [] });
});

test('a body that breaks off rejects, and so does whoever cannot take the lines', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half\n', () => response.destroy());
  };
  await expect(read()).rejects.toMatchObject({ code: 'upstream.unavailable' });
  answer = (response) => response.end('a\n');
  await expect(read(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
});
