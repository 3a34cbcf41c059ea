import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { WeirError } from '../kernel/errors.ts';

/** How long the other side may take to read why its connection ends, in milliseconds. */
const LINGER_MS = 1000;

/**
 * Lets the other side read an answer that ends the connection while it still sends: closing with bytes unread would
 * reset the connection and take the answer away. What comes meanwhile is read and forgotten.
 */
export function lingerOn(socket: Socket): void {
  socket.destroySoon = () => {
    if (socket.writable) socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}

/** Answers what the HTTP parser refuses, which never becomes a request: one JSON error, then the connection ends. */
export function refuseOnSocket(
  failure: NodeJS.ErrnoException,
  socket: Socket,
  encode: (error: WeirError) => { readonly body: Buffer; readonly id: string },
): void {
  if (socket.destroyed || socket.writableEnded) return;
  // A reply that already began cannot be followed by another one.
  const running = (socket as { _httpMessage?: { headersSent?: boolean } })._httpMessage;
  if (failure.code === 'ECONNRESET' || running?.headersSent === true || !socket.writable) {
    socket.destroy();
    return;
  }
  const error = refusalOf(failure.code);
  const { body, id } = encode(error);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `x-request-id: ${id}`,
    `request-id: ${id}`,
    'connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function refusalOf(code: string | undefined): WeirError {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new WeirError('request.too_large', {
      status: 431,
      param: 'headers',
      message: 'headers: they are larger than the server takes.',
    });
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new WeirError('request.invalid', {
      status: 408,
      message: 'The request did not arrive in time; see server.headers_timeout_ms and server.request_timeout_ms.',
    });
  }
  return new WeirError('request.invalid', { message: 'The request is not valid HTTP/1.1.' });
}
