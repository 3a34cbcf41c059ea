import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { StreamedBody } from './streamed-body.ts';

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

async function serve(listener: RequestListener): Promise<Socket> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  open.push(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return socket;
}

/** Everything that comes until the connection ends. */
async function readAll(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

const ask = (path: string, last = true) =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\n${last ? 'connection: close\r\n' : ''}\r\n`;

/** The body of one reply without headers, or of many, one after the other. */
function bodies(raw: string): string[] {
  return raw
    .split(/HTTP\/1\.1 200 OK\r\n/)
    .slice(1)
    .map((reply) => reply.slice(reply.indexOf('\r\n\r\n') + 4));
}

const large = 'x'.repeat(5000);

describe('a body in pieces', () => {
  test('arrives in order in well-formed frames, small pieces of one turn together, and with its trailers', async () => {
    const socket = await serve((_request, response) => {
      response.writeHead(200, { trailer: 'x-end' });
      const body = new StreamedBody(response);
      for (const piece of ['first', '', 'größer', ' and ', 'so on', large]) body.write(Buffer.from(piece));
      body.write(Buffer.from('last'));
      body.flush();
      response.addTrailers({ 'x-end': 'yes' });
      response.end('tail');
    });
    socket.write(ask('/'));
    const frames = ['first', 'größer and so on', large, 'last', 'tail'];
    const expected = frames.map((text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`).join('');
    expect(bodies(await readAll(socket))).toEqual([`${expected}0\r\nx-end: yes\r\n\r\n`]);
  });

  test('waits for the reply before it on the same connection', async () => {
    const waiting = new Map<string, ServerResponse>();
    const { promise: both, resolve } = Promise.withResolvers<void>();
    const socket = await serve((request, response) => {
      waiting.set(request.url ?? '', response);
      if (waiting.size === 2) resolve();
    });
    const framed = (...texts: string[]) => texts.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');
    socket.write(ask('/1', false) + ask('/2'));
    await both;
    for (const path of ['/2', '/1']) {
      const response = waiting.get(path) as ServerResponse;
      response.writeHead(200);
      const body = new StreamedBody(response);
      for (const piece of ['a', 'b', 'c']) body.write(Buffer.from(path + piece));
      body.flush();
      response.end();
    }
    // The second has no socket before the first is over, so Node keeps its pieces apart.
    const expected = [framed('/1a', '/1b/1c'), framed('/2a', '/2b', '/2c')];
    expect(bodies(await readAll(socket))).toEqual(expected.map((frames) => `${frames}0\r\n\r\n`));
  });

  test('has no frames for a client of HTTP/1.0', async () => {
    const socket = await serve((_request, response) => {
      response.writeHead(200);
      const body = new StreamedBody(response);
      for (const piece of ['a', 'b', 'c']) body.write(Buffer.from(piece));
      response.end();
    });
    socket.write('GET / HTTP/1.0\r\n\r\n');
    expect(bodies(await readAll(socket))).toEqual(['abc']);
  });

  test('says when the client is slow, and when there is room again', async () => {
    const { promise: full, resolve } = Promise.withResolvers<StreamedBody>();
    const { promise: drained, resolve: onDrained } = Promise.withResolvers<void>();
    const piece = Buffer.alloc(2000, 'y');
    let sent = 0;
    const socket = await serve((_request, response) => {
      response.writeHead(200);
      const body = new StreamedBody(response);
      const write = () => {
        sent++;
        if (body.write(piece)) return setImmediate(write);
        body.onDrain(() => {
          onDrained();
          body.flush();
          response.end();
        });
        resolve(body);
      };
      write();
    });
    socket.pause();
    socket.write(ask('/'));
    await full;
    const read = readAll(socket);
    await drained;
    expect(sent).toBeGreaterThan(2);
    const frame = `7d0\r\n${piece.toString()}\r\n`;
    expect(bodies(await read)).toEqual([`${frame.repeat(sent)}0\r\n\r\n`]);
  });

  test('goes nowhere when the client has left', async () => {
    const { promise: left, resolve } = Promise.withResolvers<StreamedBody>();
    const socket = await serve((_request, response) => {
      response.writeHead(200);
      const body = new StreamedBody(response);
      body.write(Buffer.from('first'));
      response.on('close', () => resolve(body));
      socket.destroy();
    });
    socket.write(ask('/'));
    const body = await left;
    expect(body.write(Buffer.from('more'))).toBe(true);
  });
});
