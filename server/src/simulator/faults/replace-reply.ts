import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { pause, untilAborted } from '../pacing.ts';
import type { WireErrorFields } from '../wire-error.ts';
import type { Fault } from './fault.ts';

export interface ReplacementContext {
  response: ServerResponse;
  signal: AbortSignal;
  /** Whether the request asked for a stream. */
  streaming: boolean;
  /** Sends a refusal in the shape of this wire. */
  refuse: (fields: WireErrorFields) => void;
}

/** Answers in place of the provider when the fault asks for it. False: go on with the honest reply. */
export async function replaceReply(fault: Fault, context: ReplacementContext): Promise<boolean> {
  const { response, signal } = context;
  switch (fault.kind) {
    case 'delay_before_headers':
      await pause(fault.ms ?? 1000, signal);
      return signal.aborted;
    case 'hang_before_headers':
      await untilAborted(signal);
      return true;
    case 'reset_before_headers':
      response.socket?.resetAndDestroy();
      return true;
    case 'html_200':
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end('<!doctype html><title>Please wait</title><p>The service is being updated.</p>');
      return true;
    case 'empty_200':
      response.setHeader('content-type', context.streaming ? 'text/event-stream' : 'application/json');
      response.setHeader('content-length', '0');
      response.end();
      return true;
    case 'huge_body':
      await sendHugeBody(fault, context);
      return true;
    case 'error_event_before_text':
    case 'error_event_after_text':
      if (context.streaming) return false;
      context.refuse(overload(undefined));
      return true;
    case 'status':
    case 'overloaded':
    case 'spend_cap':
      refuse(fault, context);
      return true;
    default:
      return false;
  }
}

function refuse(fault: Fault, context: ReplacementContext): void {
  if (fault.kind === 'overloaded') return context.refuse(overload(fault.retry_after));
  if (fault.kind === 'spend_cap') {
    return context.refuse({
      status: 429,
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      message: 'The spending limit of this account has been reached.',
    });
  }
  const status = fault.code ?? 500;
  const headers = { ...fault.headers, ...retryAfter(fault.retry_after) };
  if (fault.body === undefined) {
    return context.refuse({ status, type: typeOfStatus(status), message: `Simulated failure ${status}.`, headers });
  }
  context.response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) context.response.setHeader(name, value);
  if (typeof fault.body === 'string') {
    context.response.end(fault.body);
    return;
  }
  context.response.setHeader('content-type', 'application/json');
  context.response.end(JSON.stringify(fault.body));
}

export function overload(retryAfterSeconds: number | undefined): WireErrorFields {
  return {
    status: 529,
    type: 'overloaded_error',
    code: 'overloaded',
    message: 'The model is overloaded, try again later.',
    headers: retryAfter(retryAfterSeconds),
  };
}

function retryAfter(seconds: number | undefined): Record<string, string> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

function typeOfStatus(status: number): string {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    408: 'timeout_error',
    409: 'conflict_error',
    413: 'request_too_large',
    422: 'invalid_request_error',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  return types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

const FILLER = Buffer.alloc(64 * 1024, 'x');

async function sendHugeBody(fault: Fault, context: ReplacementContext): Promise<void> {
  const { response, signal, streaming } = context;
  const total = fault.bytes ?? 64 * 1024 * 1024;
  response.setHeader('content-type', streaming ? 'text/event-stream; charset=utf-8' : 'application/json');
  let target: Writable = response;
  if (fault.gzip) {
    response.setHeader('content-encoding', 'gzip');
    const gzip = createGzip();
    signal.addEventListener('abort', () => gzip.destroy(), { once: true });
    gzip.on('error', () => response.destroy());
    gzip.pipe(response);
    target = gzip;
  }
  target.write(streaming ? 'data: {"filler":"' : '{"filler":"');
  for (let sent = 0; sent < total && !signal.aborted; sent += FILLER.length) {
    if (!target.write(FILLER.subarray(0, Math.min(FILLER.length, total - sent)))) await drained(target, signal);
  }
  if (!signal.aborted) target.end(streaming ? '"}\n\n' : '"}');
}

function drained(target: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      target.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    target.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
  });
}
