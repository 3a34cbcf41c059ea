import type { ServerResponse } from 'node:http';
import type { Fault } from './faults/fault.ts';
import { planStream, type StreamStep } from './faults/stream-plan.ts';
import { distortsUsage, distortUsage, distortUsageEvents } from './faults/usage-faults.ts';
import type { JsonObject } from './json.ts';
import { type Pacer, pause, untilAborted } from './pacing.ts';
import type { StreamEvent } from './stream-event.ts';

export interface ReplyOptions {
  response: ServerResponse;
  /** The fault that shapes this reply; absent for an honest one. */
  fault: Fault | undefined;
  pacer: Pacer;
  /** Fires when the client has gone or the simulator closes. */
  signal: AbortSignal;
  /** How this wire reports a failure inside a stream that has begun. */
  errorEvent: () => StreamEvent;
}

const SSE_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

/** Writes one reply, honest or bent by its fault. */
export class Reply {
  readonly response: ServerResponse;
  readonly #options: ReplyOptions;

  constructor(options: ReplyOptions) {
    this.response = options.response;
    this.#options = options;
  }

  header(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  /** A JSON reply. `outputTokens` is how much the model had to say first; 0 for replies that no model makes. */
  async json(body: JsonObject | unknown[], outputTokens = 0): Promise<void> {
    const { fault, pacer, signal } = this.#options;
    let wait = 0;
    for (let token = 0; token < outputTokens; token += 1) wait = Math.max(wait, pacer.waitForContent());
    await pause(wait, signal);
    const shaped = distortsUsage(fault) && !Array.isArray(body) ? distortUsage(body, fault) : body;
    await this.bytes(Buffer.from(JSON.stringify(shaped)), 'application/json');
  }

  async bytes(body: Buffer, contentType: string): Promise<void> {
    const { fault } = this.#options;
    if (this.#options.signal.aborted) return;
    this.header('content-type', contentType);
    switch (fault?.kind) {
      case 'headers_then_hang':
        this.response.flushHeaders();
        return untilAborted(this.#options.signal);
      case 'reset_mid_stream':
        return this.#break(body.subarray(0, body.length >> 1), body.length);
      case 'end_without_terminator':
      case 'malformed_event':
        this.response.end(body.subarray(0, body.length >> 1));
        return;
      case 'wrong_content_length':
        return this.#misdeclared(body, fault.by ?? 16);
      case 'slow_bytes':
        this.header('content-length', String(body.length));
        return this.#slowly(body, fault.ms ?? 100);
      default:
        this.header('content-length', String(body.length));
        this.response.end(body);
    }
  }

  async events(events: Iterable<StreamEvent>, errorEvent = this.#options.errorEvent): Promise<void> {
    const { fault } = this.#options;
    for (const [name, value] of Object.entries(SSE_HEADERS)) this.header(name, value);
    const told = distortsUsage(fault) ? distortUsageEvents(events, fault) : events;
    const steps = planStream(told, fault, errorEvent);
    if (fault?.kind === 'wrong_content_length') return this.#misdeclared(wholeOf(steps), fault.by ?? 16);
    if (fault?.kind === 'slow_bytes') return this.#slowly(wholeOf(steps), fault.ms ?? 100);
    for (const step of steps) {
      if (this.#options.signal.aborted) return;
      if (!(await this.#take(step))) return;
    }
    this.response.end();
  }

  /** Does one step; false when the reply is over. */
  async #take(step: StreamStep): Promise<boolean> {
    const { pacer, signal } = this.#options;
    if (step.do === 'hang') {
      this.response.flushHeaders();
      await untilAborted(signal);
      return false;
    }
    if (step.do === 'reset') {
      await this.#break('');
      return false;
    }
    if (step.do === 'end') {
      this.response.end();
      return false;
    }
    const wait = step.content ? pacer.waitForContent() : 0;
    if (wait > 0) await pause(wait, signal);
    if (signal.aborted) return false;
    if (!this.response.write(step.bytes)) await this.#drained();
    return true;
  }

  /** Breaks the connection in the middle of the body. */
  async #break(last: string | Buffer, declared?: number): Promise<void> {
    const { fault, signal } = this.#options;
    if (declared !== undefined) this.header('content-length', String(declared));
    this.response.flushHeaders();
    if (last.length > 0) this.response.write(last);
    await new Promise((resolve) => setImmediate(resolve));
    if (fault?.variant !== 'rst') {
      this.response.socket?.destroySoon();
      return;
    }
    await pause(fault.ms ?? 20, signal);
    this.response.socket?.resetAndDestroy();
  }

  async #misdeclared(body: Buffer, by: number): Promise<void> {
    this.header('content-length', String(Math.max(0, body.length + by)));
    await new Promise((resolve) => this.response.write(body, resolve));
    this.response.socket?.destroySoon();
  }

  async #slowly(body: Buffer, ms: number): Promise<void> {
    for (let index = 0; index < body.length; index += 1) {
      await pause(ms, this.#options.signal);
      if (this.#options.signal.aborted) return;
      this.response.write(body.subarray(index, index + 1));
    }
    this.response.end();
  }

  #drained(): Promise<void> {
    const { signal } = this.#options;
    return new Promise((resolve) => {
      const done = () => {
        this.response.off('drain', done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.response.once('drain', done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function wholeOf(steps: Iterable<StreamStep>): Buffer {
  const pieces: Buffer[] = [];
  for (const step of steps) if (step.do === 'send') pieces.push(Buffer.from(step.bytes));
  return Buffer.concat(pieces);
}
