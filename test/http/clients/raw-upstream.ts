import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RawRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A provider that answers the very bytes a test gives it. */
export class RawUpstream {
  readonly requests: RawRequest[] = [];
  answer: (request: RawRequest, response: ServerResponse) => void = (_request, response) => response.end();
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      this.requests.push(received);
      this.answer(received, response);
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Writes the pieces one after the other, each in a packet of its own. */
export function writePieces(response: ServerResponse, pieces: readonly Buffer[]): void {
  response.socket?.setNoDelay(true);
  const next = (at: number): void => {
    const piece = pieces[at];
    if (piece === undefined) return void response.end();
    response.write(piece, () => setImmediate(next, at + 1));
  };
  response.flushHeaders();
  next(0);
}
