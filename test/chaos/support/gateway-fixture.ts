import type { JsonObject } from '../../../server/src/kernel/json.ts';
import type { IntentRecord, UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import { type Call, newCall, type TimeLimits } from '../../../server/src/ports/call.ts';
import type { HttpClient, HttpExchange, HttpHandler, HttpRequest } from '../../../server/src/ports/http-client.ts';
import type { Ledger, ReportRow } from '../../../server/src/ports/ledger.ts';
import type { ChatClientProtocol } from '../../../server/src/ports/protocol.ts';
import type { Credential, Provider, ProviderDefinition } from '../../../server/src/ports/provider.ts';
import { openaiChatClient } from '../../../server/src/protocols/openai-chat/client.ts';
import { providerDefinition } from '../../../server/src/providers/registry.ts';

/** The pieces of a call for unit tests of the gateway: real codecs, nothing on the network. */

export const LIMITS: TimeLimits = { totalMs: 600_000, attemptMs: 600_000, idleMs: 60_000 };

export function fakeCredential(id: string, more: Partial<Credential> = {}): Credential {
  return { id, secret: `sk-${id}`, weight: 1, requestsPerMinute: undefined, scope: 'server', ...more };
}

export function fakeProvider(
  name = 'openai',
  more: Partial<Omit<Provider, 'definition'>> & { definition?: Partial<ProviderDefinition> } = {},
): Provider {
  const base = providerDefinition(name) ?? providerDefinition('openai-compatible');
  if (base === undefined) throw new Error('the registry lacks openai-compatible');
  return {
    name,
    baseUrl: 'http://upstream.invalid/v1',
    settings: {},
    headers: {},
    models: [],
    defaultModel: undefined,
    trusted: true,
    credentials: [fakeCredential(`${name}-0`)],
    ...more,
    definition: { ...base, ...more.definition },
  };
}

/** What reached the client. */
export class FakeOutput {
  started = false;
  text = '';
  /** False answers of `write` until somebody drains. */
  blocked = false;
  #resume: (() => void)[] = [];

  startStream(): void {
    this.started = true;
  }

  write(bytes: Buffer): boolean {
    this.text += bytes.toString('utf8');
    return !this.blocked;
  }

  onDrain(resume: () => void): void {
    this.#resume.push(resume);
  }

  drain(): void {
    this.blocked = false;
    for (const resume of this.#resume.splice(0)) resume();
  }
}

export function fakeCall(
  more: Partial<Omit<Call, 'output'>> & {
    body?: JsonObject;
    protocol?: ChatClientProtocol;
    output?: FakeOutput;
    userId?: string;
  } = {},
): Call & { readonly output: FakeOutput } {
  const { body, protocol = openaiChatClient, userId, ...fields } = more;
  const json = body ?? { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say "forty two".' }] };
  const request = protocol.decode(Buffer.from(JSON.stringify(json)), json, {});
  const call = newCall({
    id: 'req_test',
    startedAt: Date.UTC(2026, 10, 20, 12),
    startedMono: Date.UTC(2026, 10, 20, 12),
    caller: { keyId: 'key_1', projectId: 'default', role: 'inference', models: undefined, routes: undefined },
    attribution: { userId, agentType: undefined, sessionId: undefined, tags: {}, traceparent: undefined },
    operation: 'chat',
    wire: protocol.wire,
    models: request.model === undefined ? [] : [request.model],
    stream: request.stream,
    limits: LIMITS,
    clientHeaders: {},
    output: new FakeOutput(),
    payload: { kind: 'chat', protocol, request },
    pinned: undefined,
    cacheAsked: undefined,
  });
  return { ...call, output: new FakeOutput(), ...fields };
}

/** One request that left, and the means to answer it. */
export class SentRequest implements HttpExchange {
  aborted = false;
  paused = false;
  readonly request: HttpRequest;
  readonly handler: HttpHandler;

  constructor(request: HttpRequest, handler: HttpHandler) {
    this.request = request;
    this.handler = handler;
  }

  abort(): void {
    this.aborted = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  sent(): this {
    this.handler.onSent();
    return this;
  }

  headers(status: number, headers: Readonly<Record<string, string>> = {}): this {
    this.handler.onHeaders(status, { 'content-type': 'application/json', ...headers });
    return this;
  }

  data(text: string): this {
    this.handler.onData(Buffer.from(text));
    return this;
  }

  end(): void {
    this.handler.onEnd();
  }

  fail(code: string): void {
    this.handler.onError(Object.assign(new Error(code), { code }));
  }

  /** A whole answer at once. */
  answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.sent()
      .headers(status, headers)
      .data(typeof body === 'string' ? body : JSON.stringify(body))
      .end();
  }
}

/** Keeps what is sent; the test answers. */
export class FakeHttp implements HttpClient {
  readonly requests: SentRequest[] = [];
  /** Called with each request, for tests that answer at once. */
  onRequest: ((sent: SentRequest, at: number) => void) | undefined;

  send(request: HttpRequest, handler: HttpHandler): HttpExchange {
    const sent = new SentRequest(request, handler);
    this.requests.push(sent);
    this.onRequest?.(sent, this.requests.length);
    return sent;
  }

  async close(): Promise<void> {}

  /** The newest request. */
  get last(): SentRequest {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  }
}

/** Remembers what was written, in order; `failing` makes one kind of write fail. */
export class FakeLedger implements Ledger {
  readonly intents: IntentRecord[] = [];
  readonly settled: UsageRecord[] = [];
  failing: { intend?: Error; settle?: Error } = {};

  async intend(record: IntentRecord): Promise<void> {
    if (this.failing.intend) throw this.failing.intend;
    this.intents.push(record);
  }

  async settle(record: UsageRecord): Promise<void> {
    if (this.failing.settle) throw this.failing.settle;
    this.settled.push(record);
  }

  async records() {
    return { data: this.settled, nextCursor: null };
  }

  async report(): Promise<ReportRow[]> {
    return [];
  }

  async settledAmong(ids: readonly string[]) {
    return this.settled.map(({ request_id }) => request_id).filter((id) => ids.includes(id));
  }

  async calls(ids: readonly string[]) {
    return this.settled.filter(({ request_id }) => ids.includes(request_id));
  }

  state() {
    return { unshipped: 0, lagMs: 0, healthy: true, error: null };
  }

  async close(): Promise<void> {}
}

/** A whole chat completion as OpenAI sends it. */
export function completion(
  text = 'forty two',
  usage: JsonObject | null = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 },
) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    ...(usage === null ? {} : { usage }),
  };
}

/** One streamed chunk as OpenAI sends it. */
export function chunk(delta: JsonObject, more: JsonObject = {}): string {
  const choice = { index: 0, delta, finish_reason: null, ...more };
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices: [choice] })}\n\n`;
}
