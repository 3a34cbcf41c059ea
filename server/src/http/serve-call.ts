import type { ServerResponse } from 'node:http';
import { ERRORS, WeirError } from '../kernel/errors.ts';
import { isOfText, showFindings } from '../kernel/finding.ts';
import { formatUsd } from '../kernel/money.ts';
import type { Operation } from '../kernel/operation.ts';
import { roundMilliseconds } from '../kernel/round-milliseconds.ts';
import {
  type Call,
  type CallConversation,
  type CallOutput,
  type CallPrompt,
  cancelCall,
  newCall,
  type Outcome,
  type Pin,
  type StreamHead,
  type TimeLimits,
} from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { Payload } from '../ports/payload.ts';
import { attributionOf } from './attribution.ts';
import { callerOf } from './caller-of.ts';
import { type ErrorEncoder, errorHeaders } from './error-body.ts';
import { isKept, markIncomplete } from './idempotent-reply.ts';
import { addRateHeaders } from './rate-headers.ts';
import { type ErrorShape, keyOf, type WeirRequest } from './route.ts';
import { StreamedBody } from './streamed-body.ts';

/** What the http layer needs of the gateway. */
export interface CallServices {
  readonly run: (call: Call) => Promise<Outcome>;
  readonly clock: Clock;
  readonly errors: ErrorEncoder;
  /** Keeps running calls countable for the drain. */
  readonly started: () => void;
  readonly ended: () => void;
}

export interface CallSpec {
  readonly operation: Operation;
  /** The ledger's name of this API. */
  readonly wire: string;
  readonly shape: ErrorShape;
  readonly payload: Payload;
  readonly models: readonly string[];
  readonly stream: boolean;
  readonly bodyUser: string | undefined;
  readonly limits: TimeLimits;
  readonly clientHeaders: Readonly<Record<string, string>>;
  /** Replaces the whole reply's body after settlement (seed APIs show cost and time). */
  readonly finalBody?: (call: Call) => Buffer;
  /** Replaces the stream's last bytes after settlement. */
  readonly finalTail?: (call: Call) => Buffer | undefined;
  /** An error inside a running stream, as one event of the client's wire; undefined breaks the connection off. */
  readonly streamError: (error: WeirError, call: Call) => string | undefined;
  /** What the body says about the cache; a header says it louder. Absent: nothing. */
  readonly cacheAsked?: 'use' | 'bypass' | undefined;
  /** The conversation it goes on with or begins; absent: none. */
  readonly conversation?: CallConversation | undefined;
  /** The stored prompt it names; absent: none. */
  readonly prompt?: CallPrompt | undefined;
  /** The request cannot reach another target than this credential (objects that live at a provider). */
  readonly pinned?: Pin;
}

/** Runs one call against a socket: the pipeline first, the reply's last byte after the ledger has the record. */
export async function serveCall(
  request: WeirRequest,
  response: ServerResponse,
  of: { spec: CallSpec; services: CallServices },
): Promise<void> {
  const { spec, services } = of;
  const output = new SocketOutput(response);
  const call = callOf(request, { spec, services, output });
  // Node's objects of a request live on for a while; what they hold must not be the whole call.
  const watched: { call: Call | undefined } = { call };
  response.on('close', () => {
    if (watched.call !== undefined && !response.writableFinished) cancelCall(watched.call);
  });
  // Who left while the request was being read told nobody who listens now.
  if (response.destroyed) cancelCall(call);
  services.started();
  try {
    const outcome = await services.run(call);
    output.flush();
    finish(call, outcome, { response, spec, services });
  } finally {
    services.ended();
    watched.call = undefined;
    request.body = undefined;
  }
}

function callOf(request: WeirRequest, of: { spec: CallSpec; services: CallServices; output: CallOutput }): Call {
  const { spec, services } = of;
  const key = keyOf(request);
  return newCall({
    id: request.weirId,
    startedAt: services.clock.now(),
    startedMono: services.clock.monotonic(),
    caller: callerOf(key),
    attribution: attributionOf(request.headers, spec.bodyUser),
    operation: spec.operation,
    wire: spec.wire,
    models: spec.models,
    stream: spec.stream,
    limits: spec.limits,
    clientHeaders: spec.clientHeaders,
    output: of.output,
    payload: spec.payload,
    pinned: spec.pinned,
    cacheAsked: headerText(request.headers['x-weir-cache']) ?? spec.cacheAsked,
    conversation: spec.conversation,
    prompt: spec.prompt,
  });
}

function finish(
  call: Call,
  outcome: Outcome,
  of: { response: ServerResponse; spec: CallSpec; services: CallServices },
): void {
  const { response, spec } = of;
  if (response.destroyed) return;
  if (call.committed) return finishStream(call, outcome, of);
  if (outcome.error !== undefined) return sendError(call, outcome.error, of);
  const body = spec.finalBody?.(call) ?? call.reply?.body ?? Buffer.alloc(0);
  const headers = callHeaders(call);
  headers['content-type'] =
    spec.finalBody === undefined ? (call.reply?.contentType ?? 'application/json') : 'application/json';
  headers['content-length'] = body.length;
  // No number stands for a price that is not known.
  if (call.record !== undefined && call.record.cost_state !== 'unpriced') {
    headers['x-weir-cost-usd'] = formatUsd(call.record.cost_nano_usd);
  }
  response.writeHead(call.reply?.status ?? 200, withOwn(call.reply?.headers, headers));
  endWith(response, body);
}

/** Larger bodies are not copied. */
const MAX_JOINED_BYTES = 16_384;

/**
 * Node joins a head and a text and writes them at once; a head and a buffer it gathers piece by piece, which costs more than
 * the copy. Every byte is one character of Latin-1, so the body leaves as it is.
 */
function endWith(response: ServerResponse, body: Buffer): void {
  if (body.length > MAX_JOINED_BYTES || isKept(response)) response.end(body);
  else response.end(body.toString('latin1'), 'latin1');
}

function finishStream(call: Call, outcome: Outcome, of: { response: ServerResponse; spec: CallSpec }): void {
  const { response, spec } = of;
  if (outcome.error !== undefined) {
    const error = withContext(outcome.error, call);
    markIncomplete(response);
    addVerdict(call, response);
    const event = call.failStream?.(error) ?? spec.streamError(error, call);
    // Bytes of a file or a sound have no way to say that they are not all: the client must see a broken connection.
    if (event === undefined) response.destroy();
    else response.end(event);
    return;
  }
  addVerdict(call, response);
  const tail = spec.finalTail === undefined ? call.tail : spec.finalTail(call);
  if (tail === undefined) response.end();
  else response.end(tail);
}

/** The verdict on a stream that went out while it was checked. */
function addVerdict(call: Call, response: ServerResponse): void {
  if (call.replyWatch?.trails !== true || call.validated === undefined) return;
  response.addTrailers({ 'x-weir-validated': call.validated });
}

function sendError(
  call: Call,
  error: WeirError,
  of: { response: ServerResponse; spec: CallSpec; services: CallServices },
): void {
  const { response, spec, services } = of;
  const upstream = error.upstream;
  const samePayload = call.payload.kind === 'chat' && upstream?.wire === call.payload.protocol.wire;
  const passesAsItIs = samePayload || (call.payload.kind === 'pass-through' && spec.shape !== 'weir');
  const unmodified = upstream !== undefined && passesAsItIs;
  const body = unmodified ? upstream.body : services.errors.body(withContext(error, call), spec.shape, call.id);
  response.writeHead(error.status, {
    ...callHeaders(call),
    ...errorHeaders(error, { retriesSpent: call.retriesSpent, shape: spec.shape }),
    ...(error.code === 'server.draining' ? { connection: 'close' } : {}),
    'content-type': unmodified ? upstream.contentType : 'application/json',
    'content-length': body.length,
  });
  response.end(body);
}

/** Context for errors of providers: which model, whose call, which try, may it be repeated. */
function withContext(error: WeirError, call: Call): WeirError {
  if (ERRORS[error.code].fault !== 'upstream' && error.code !== 'upstream.rejected') return error;
  return new WeirError(error.code, {
    message: error.message,
    status: error.status,
    retryable: error.retryable,
    ...(error.param === undefined ? {} : { param: error.param }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    details: {
      ...error.details,
      type: error.details.type ?? error.name,
      provider: call.target?.provider.name ?? error.details.provider ?? null,
      model: call.target?.model ?? error.details.model ?? call.models[0] ?? null,
      user_id: call.attribution.userId ?? null,
      attempt: call.attempts.length,
      retryable: error.retryable,
      retry_after_s: error.retryAfterMs === undefined ? null : Math.ceil(error.retryAfterMs / 1000),
    },
    cause: error,
  });
}

/** Headers of every reply of a call. */
function callHeaders(call: Call): Record<string, string | number> {
  const headers: Record<string, string | number> = { 'x-request-id': call.id, 'request-id': call.id };
  if (call.target !== undefined) {
    headers['x-weir-provider'] = call.target.provider.name;
    if (call.target.model !== '') headers['x-weir-model'] = headerSafe(call.target.model);
  } else if (call.replayed !== undefined) {
    headers['x-weir-provider'] = call.replayed.provider;
    headers['x-weir-model'] = headerSafe(call.replayed.model);
  }
  headers['x-weir-attempts'] = call.attempts.length;
  headers['x-weir-cache'] = call.cache;
  headers['x-weir-overhead-ms'] = overheadMs(call);
  if (call.fallbackCause !== undefined) headers['x-weir-fallback'] = headerSafe(call.fallbackCause);
  if (call.dropped.length > 0) headers['x-weir-dropped'] = headerSafe(call.dropped.join(', '));
  if (call.findings.some(isOfText)) headers['x-weir-findings'] = headerSafe(showFindings(call.findings));
  if (call.validated !== undefined) headers['x-weir-validated'] = call.validated;
  if (call.rate !== undefined) addRateHeaders(headers, call.rate, call);
  if (call.adjusted.length > 0) headers['x-weir-adjusted'] = headerSafe(call.adjusted.join(', '));
  return headers;
}

/** Our share of the time: of the whole call when it is settled, up to the dispatch while it streams. */
function overheadMs(call: Call): number {
  if (call.record !== undefined) return call.record.overhead_ms;
  const dispatched = call.dispatchedMono ?? call.startedMono;
  return roundMilliseconds(Math.max(0, dispatched - call.startedMono - call.waitedMs));
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function headerSafe(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1024);
}

/** Ours win over what a provider's reply brings along. */
function withOwn(
  brought: Readonly<Record<string, string>> | undefined,
  own: Record<string, string | number>,
): Record<string, string | number> {
  return brought === undefined ? own : { ...brought, ...own };
}

class SocketOutput implements CallOutput {
  readonly #response: ServerResponse;
  readonly #body: StreamedBody;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#body = new StreamedBody(response);
  }

  startStream(call: Call, head: StreamHead): void {
    const headers = callHeaders(call);
    // The attempt that streams is not in the list yet; one whose stream was held back has ended and is.
    headers['x-weir-attempts'] = call.attempts.length + (call.running === undefined ? 0 : 1);
    if (call.replyWatch?.trails === true) headers.trailer = 'x-weir-validated';
    headers['content-type'] = head.contentType ?? 'text/event-stream; charset=utf-8';
    headers['cache-control'] = 'no-cache, no-transform';
    headers['x-accel-buffering'] = 'no';
    if (!this.#response.destroyed) this.#response.writeHead(200, withOwn(head.headers, headers));
  }

  write(bytes: Buffer): boolean {
    return this.#body.write(bytes);
  }

  onDrain(resume: () => void): void {
    this.#body.onDrain(resume);
  }

  flush(): void {
    this.#body.flush();
  }
}
