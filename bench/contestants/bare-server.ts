// The bare proxy that Weir is measured against: node:http in front, undici's dispatch behind, nothing between.
// Run as: node bare-server.ts UPSTREAM_PORT. Bodies are read whole, replies are passed on chunk by chunk.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';

const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: null, pipelining: 1 });
const upstreamHeaders = { 'content-type': 'application/json', authorization: 'Bearer sk-upstream' };

class PassOn implements Dispatcher.DispatchHandler {
  readonly reply: ServerResponse;

  constructor(reply: ServerResponse) {
    this.reply = reply;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    const passed: Record<string, string | string[]> = {};
    if (headers['content-type']) passed['content-type'] = headers['content-type'];
    if (headers['content-length']) passed['content-length'] = headers['content-length'];
    this.reply.writeHead(status, passed);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.reply.write(chunk);
  }

  onResponseEnd(): void {
    this.reply.end();
  }

  onResponseError(): void {
    if (!this.reply.headersSent) this.reply.writeHead(502);
    this.reply.end();
  }
}

function readBody(incoming: IncomingMessage, done: (body: Buffer) => void): void {
  const parts: Buffer[] = [];
  incoming.on('data', (part: Buffer) => parts.push(part));
  incoming.on('end', () => done(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
}

const server = createServer((incoming, reply) => {
  readBody(incoming, (body) => {
    const options = { path: incoming.url ?? '/', method: 'POST', headers: upstreamHeaders, body } as const;
    pool.dispatch(options, new PassOn(reply));
  });
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`bare listening on http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
});
process.on('SIGTERM', () => process.exit(0));
