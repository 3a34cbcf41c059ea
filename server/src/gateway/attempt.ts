import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { isWeirError, WeirError } from '../kernel/errors.ts';
import type { Abortable, Call, Target } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventSplitter, WireEvent } from '../ports/framing.ts';
import type { HttpClient, HttpExchange, HttpHandler, HttpRequest } from '../ports/http-client.ts';
import type { Deadlines, Ticking } from './deadlines.ts';
import type { Exchange, StreamedAs } from './exchange/exchange.ts';
import { ReplyStream, truncated } from './reply-stream.ts';
import { connectionError, header, upstreamError } from './routing/classify.ts';
import type { StageRunner } from './run-stages.ts';

export interface AttemptServices {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly splitterFor: (contentType: string) => EventSplitter | undefined;
  /** Largest whole reply, in bytes. */
  readonly maxReplyBytes: number;
}

const NO_HEADERS = Object.freeze({});

/** A stream whose terminator came is over, even if the provider keeps the connection open. */
const LINGER_MS = 100;

/** One try against one target: sends the request, reads what comes back, delivers it to the call. */
export class Attempt implements Abortable, HttpHandler, Ticking {
  previous: Ticking | undefined;
  next: Ticking | undefined;
  readonly #call: Call;
  readonly #target: Target;
  readonly #exchange: Exchange;
  readonly #services: AttemptServices;
  readonly #runner: StageRunner;
  readonly #ended: (error: WeirError | undefined) => void;
  readonly #startedMono: number;
  readonly #onEvent = (event: WireEvent): void => this.#stream?.event(event);
  #http: HttpExchange | undefined;
  #resolve: () => void = () => {};
  #reject: (error: WeirError) => void = () => {};
  #done = false;
  #lastByteMono: number;
  #status = 0;
  #headers: Readonly<Record<string, string | string[] | undefined>> = NO_HEADERS;
  readonly #body: Buffer[] = [];
  #bodyBytes = 0;
  #splitter: EventSplitter | undefined;
  #stream: ReplyStream | undefined;
  #paused = false;

  /** `ended` is told once, before the promise of `run` is settled. */
  constructor(
    call: Call,
    of: {
      target: Target;
      exchange: Exchange;
      services: AttemptServices;
      runner: StageRunner;
      ended: (error: WeirError | undefined) => void;
    },
  ) {
    this.#call = call;
    this.#target = of.target;
    this.#exchange = of.exchange;
    this.#services = of.services;
    this.#runner = of.runner;
    this.#ended = of.ended;
    this.#startedMono = of.services.clock.monotonic();
    this.#lastByteMono = this.#startedMono;
  }

  /** Resolves when the reply is complete and delivered; rejects with a WeirError. */
  run(request: HttpRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#call.running = this;
      this.#services.deadlines.add(this);
      this.#http = this.#services.http.send(request, this);
      if (this.#done) this.#http.abort();
    });
  }

  abort(error: WeirError): void {
    this.#fail(error);
  }

  onSent(): void {
    this.#call.progress.sent = true;
  }

  onHeaders(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    if (this.#done) return;
    this.#lastByteMono = this.#services.clock.monotonic();
    this.#status = status;
    this.#headers = headers;
    this.#call.progress.status = status;
    if (status >= 300) return;
    const contentType = header(headers, 'content-type') ?? '';
    const as = this.#streamedAs(contentType);
    if (as === undefined || this.#exchange.stream === undefined) return;
    this.#splitter = as === 'bytes' ? BYTES : this.#services.splitterFor(contentType);
    if (this.#splitter === undefined) return;
    if (as === 'events' && isEncoded(headers)) {
      return this.#fail(badReply('The provider compressed a stream, which was not asked for.'));
    }
    this.#stream = new ReplyStream(this.#call, {
      reader: this.#exchange.stream({ as, reply: { status, contentType, headers } }),
      runner: this.#runner,
      now: () => this.#services.clock.monotonic(),
      maxHeldBytes: this.#services.maxReplyBytes,
    });
    // They have said what they had to say; a stream may run for long.
    this.#headers = NO_HEADERS;
  }

  #streamedAs(contentType: string): StreamedAs | undefined {
    if (this.#exchange.streams !== undefined) return this.#exchange.streams(contentType);
    return this.#call.stream ? 'events' : undefined;
  }

  onData(chunk: Buffer): void {
    if (this.#done) return;
    this.#lastByteMono = this.#services.clock.monotonic();
    if (this.#stream === undefined || this.#splitter === undefined) return this.#collect(chunk);
    try {
      const skimmed = this.#splitter.isBetweenEvents ? this.#stream.skim(chunk) : 0;
      if (skimmed < chunk.length) this.#splitter.push(skimmed === 0 ? chunk : chunk.subarray(skimmed), this.#onEvent);
      if (!this.#stream.push()) this.#pause();
    } catch (thrown) {
      this.#fail(streamError(thrown));
    }
  }

  onEnd(): void {
    if (this.#done) return;
    try {
      if (this.#stream !== undefined && this.#splitter !== undefined) {
        this.#splitter.end(this.#onEvent);
        this.#stream.end();
      } else if (isEncoded(this.#headers)) {
        void this.#unpack();
        return;
      } else this.#whole(this.#joined());
      this.#finish();
    } catch (thrown) {
      this.#fail(streamError(thrown));
    }
  }

  onError(error: Error): void {
    if (this.#stream?.ended) return this.onEnd();
    const failure = connectionError(error, this.#target.provider.name);
    this.#fail(this.#stream === undefined ? failure : this.#cut(failure));
  }

  /** Called by the coarse timer: every limit in one place. */
  tick(nowMono: number): void {
    this.#stream?.tick(nowMono);
    if (this.#stream?.ended && !this.#paused && nowMono - this.#lastByteMono > LINGER_MS) return this.#leave();
    const limits = this.#call.limits;
    const total = nowMono - this.#call.startedMono;
    const waiting = nowMono - this.#startedMono;
    const attemptMs = this.#target.timeoutMs ?? limits.attemptMs;
    if (total > limits.totalMs) return this.#fail(timeout('total', limits.totalMs));
    if (!this.#call.committed && waiting > attemptMs) return this.#fail(timeout('attempt', attemptMs));
    const idle = nowMono - this.#lastByteMono;
    if (this.#stream !== undefined && !this.#paused && idle > limits.idleMs) this.#fail(timeout('idle', limits.idleMs));
  }

  #collect(chunk: Buffer): void {
    this.#bodyBytes += chunk.length;
    if (this.#bodyBytes > this.#services.maxReplyBytes) {
      return this.#fail(
        badReply(`The provider's reply is larger than server.max_reply_bytes (${this.#services.maxReplyBytes}).`),
      );
    }
    this.#body.push(chunk);
  }

  #joined(): Buffer {
    return this.#body.length === 1 ? (this.#body[0] as Buffer) : Buffer.concat(this.#body);
  }

  /** Off the event loop: what unpacks to the limit would hold up every other call. */
  async #unpack(): Promise<void> {
    try {
      const body = await decompress(this.#joined(), this.#headers, this.#services.maxReplyBytes);
      if (this.#done) return;
      this.#whole(body);
      this.#finish();
    } catch (thrown) {
      this.#fail(streamError(thrown));
    }
  }

  #whole(body: Buffer): void {
    if (this.#status >= 300) throw this.#upstreamError(body);
    const read = this.#exchange.whole({
      status: this.#status,
      contentType: header(this.#headers, 'content-type') ?? 'application/json',
      headers: this.#headers,
      body,
    });
    if (this.#call.stream && this.#exchange.stream !== undefined && this.#exchange.wire !== 'pass-through') {
      throw badReply('The provider answered a streaming request with a reply that is not a stream.');
    }
    this.#call.progress.usage = read.usage;
    this.#call.progress.outputCharacters = read.outputCharacters;
    this.#call.reply = read.reply;
    this.#call.chatReply = read.chat;
  }

  #upstreamError(body: Buffer): WeirError {
    return upstreamError({
      status: this.#status,
      headers: this.#headers,
      body,
      wire: this.#exchange.wire,
      provider: this.#target.provider.name,
      readError: (json) => this.#exchange.readError(json),
      nowMs: this.#services.clock.now(),
    });
  }

  /** A connection that broke in the middle of a stream. */
  #cut(cause: WeirError): WeirError {
    return this.#call.committed ? truncated(`The stream from ${this.#target.provider.name} was cut.`) : cause;
  }

  /** The whole stream is here; the connection, which nobody closed, is given up. */
  #leave(): void {
    this.onEnd();
    this.#http?.abort();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#http?.pause();
    this.#call.output.onDrain(() => {
      this.#paused = false;
      this.#lastByteMono = this.#services.clock.monotonic();
      if (!this.#done) this.#http?.resume();
    });
  }

  #finish(): void {
    if (this.#done) return;
    this.#close();
    this.#ended(undefined);
    this.#resolve();
  }

  #fail(error: WeirError): void {
    if (this.#done) return;
    this.#close();
    this.#http?.abort();
    this.#call.progress.partial = this.#call.progress.sent;
    this.#ended(error);
    this.#reject(error);
  }

  #close(): void {
    this.#done = true;
    this.#call.running = undefined;
    this.#services.deadlines.remove(this);
    this.#call.waitedMs += this.#services.clock.monotonic() - this.#startedMono;
  }
}

/** Media and files are not cut into anything: every chunk is an event that says nothing. Keeps no state, so one is enough. */
const BYTES: EventSplitter = {
  isBetweenEvents: true,
  push: (chunk, onEvent) => onEvent({ name: undefined, data: '', raw: chunk }),
  end: () => {},
};

function isEncoded(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const encoding = header(headers, 'content-encoding');
  return encoding !== undefined && encoding !== '' && encoding !== 'identity';
}

/** Providers are never asked to compress; some do. Bounded, so a small body cannot become a large one. */
async function decompress(
  body: Buffer,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  maxBytes: number,
): Promise<Buffer> {
  const options = { maxOutputLength: maxBytes };
  try {
    switch (header(headers, 'content-encoding')) {
      case 'gzip':
        return await promisify(gunzip)(body, options);
      case 'deflate':
        return await promisify(inflate)(body, options);
      case 'br':
        return await promisify(brotliDecompress)(body, options);
    }
  } catch (cause) {
    throw new WeirError('upstream.bad_reply', {
      message: 'The provider sent a compressed reply that is broken or too large.',
      cause,
    });
  }
  throw badReply('The provider sent a reply in an encoding Weir does not read.');
}

function timeout(phase: string, limitMs: number): WeirError {
  return new WeirError('upstream.timeout', { details: { phase, limit_ms: limitMs } });
}

function badReply(message: string): WeirError {
  return new WeirError('upstream.bad_reply', { message });
}

function streamError(thrown: unknown): WeirError {
  if (isWeirError(thrown)) return thrown;
  return new WeirError('upstream.bad_reply', {
    message: 'The provider sent an event that cannot be understood.',
    cause: thrown,
  });
}
