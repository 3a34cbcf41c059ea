import { readMessageStream, type StreamedMessage } from './read-message-stream.ts';
import {
  AGENT_ID,
  type Block,
  CLIENT_HEADERS,
  countBody,
  FIRST_TURN,
  messageBody,
  subagentBody,
  TOO_LONG,
  type Turn,
} from './requests.ts';

/** One HTTP exchange as Claude Code sees it. */
export interface Exchange {
  readonly step: string;
  readonly method: string;
  readonly path: string;
  /** 0 for the first try; the x-stainless-retry-count that was sent. */
  readonly retry: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as received, unmodified. */
  readonly text: string;
}

export interface Transcript {
  /** In order, tries that failed included. */
  readonly exchanges: readonly Exchange[];
  /** Ids that Claude Code would offer: those that begin with claude or anthropic. */
  readonly discoveredModels: readonly string[];
  /** Messages of the main loop, in order. */
  readonly messages: readonly StreamedMessage[];
  readonly subagent: StreamedMessage;
  /** Absent when the gateway does not count; Claude Code then estimates. */
  readonly countedTokens: number | undefined;
  /** True when the refusal of the long prompt had the wording that makes Claude Code compact the conversation. */
  readonly canCompact: boolean;
  /** Waits in milliseconds the gateway asked for before retries; the session does not sit them out. */
  readonly waitsMs: readonly number[];
}

export interface SessionOptions {
  /** Model of the main loop. */
  readonly model?: string;
  /** Model of background work. */
  readonly smallModel?: string;
}

const MESSAGES = '/v1/messages?beta=true';
const MAX_RETRIES = 2;
const MAX_TOOL_TURNS = 4;
const PROMPT_TOO_LONG = /prompt is too long: \d+ tokens > \d+ maximum/;

/** Plays a short working session against a gateway, the way Claude Code would with ANTHROPIC_BASE_URL set to it. */
export async function runClaudeCodeSession(
  baseUrl: string,
  key: string,
  options: SessionOptions = {},
): Promise<Transcript> {
  const session = new Session(baseUrl, key);
  const { model = 'claude-sonnet-4-6', smallModel = 'claude-haiku-4-5' } = options;
  await session.send('probe', { method: 'HEAD', path: '/' });
  await session.send('hello', { method: 'HEAD', path: '/api/hello' });
  const discoveredModels = await session.discoverModels();
  const { messages, turns } = await session.work(model);
  const subagent = await session.stream('subagent', subagentBody(smallModel), { 'x-claude-code-agent-id': AGENT_ID });
  const countedTokens = await session.countTokens(countBody(model, turns));
  const refusal = await session.post('too long', { path: MESSAGES, body: messageBody(model, [...turns, TOO_LONG]) });
  return {
    exchanges: session.exchanges,
    discoveredModels,
    messages,
    subagent,
    countedTokens,
    canCompact: refusal.status === 400 && PROMPT_TOO_LONG.test(refusal.text),
    waitsMs: session.waitsMs,
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly retry?: number;
}

interface Post {
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

class Session {
  readonly exchanges: Exchange[] = [];
  readonly waitsMs: number[] = [];
  readonly #baseUrl: string;
  readonly #key: string;
  /** A capability the upstream refuses is left out for the rest of the conversation. */
  #isThinkingRefused = false;

  constructor(baseUrl: string, key: string) {
    this.#baseUrl = baseUrl.replace(/\/$/, '');
    this.#key = key;
  }

  async send(step: string, { method, path, headers = {}, body, retry = 0 }: Call): Promise<Exchange> {
    const response = await fetch(this.#baseUrl + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'x-stainless-retry-count': String(retry) }) },
      // The credential must not leak to where a redirect points.
      redirect: 'error',
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const exchange = {
      step,
      method,
      path,
      retry,
      text,
      status: response.status,
      headers: Object.fromEntries(response.headers),
    };
    this.exchanges.push(exchange);
    return exchange;
  }

  /** Discovery sends exactly one credential header. */
  async discoverModels(): Promise<string[]> {
    const headers = { 'x-api-key': this.#key, 'anthropic-version': '2023-06-01' };
    const { status, text } = await this.send('discovery', { method: 'GET', path: '/v1/models?limit=1000', headers });
    if (status !== 200) return [];
    const { data } = JSON.parse(text) as { data: { id: string }[] };
    return data.map(({ id }) => id).filter((id) => /^(claude|anthropic)/.test(id));
  }

  /** The main loop: ask, run the tools that were called, send their results, until the model is done. */
  async work(model: string): Promise<{ messages: StreamedMessage[]; turns: Turn[] }> {
    const turns: Turn[] = [FIRST_TURN];
    const messages: StreamedMessage[] = [];
    for (let count = 0; count < MAX_TOOL_TURNS; count++) {
      const message = await this.stream(`turn ${count + 1}`, messageBody(model, turns));
      messages.push(message);
      turns.push({ role: 'assistant', content: message.content });
      if (message.stopReason !== 'tool_use') break;
      turns.push({ role: 'user', content: toolResults(message) });
    }
    return { messages, turns };
  }

  async stream(step: string, body: object, headers: Record<string, string> = {}): Promise<StreamedMessage> {
    const { status, text } = await this.post(step, { path: MESSAGES, body, headers });
    if (status !== 200) throw new Error(`${step} was answered with ${status}: ${text}`);
    return readMessageStream(text);
  }

  async countTokens(body: object): Promise<number | undefined> {
    const { status, text } = await this.post('count', { path: '/v1/messages/count_tokens?beta=true', body });
    return status === 200 ? (JSON.parse(text) as { input_tokens: number }).input_tokens : undefined;
  }

  /** Retries as the SDK inside does, and without thinking when the refusal names it. */
  async post(step: string, { path, body, headers = {} }: Post): Promise<Exchange> {
    for (let retry = 0; ; retry++) {
      const sent = this.#isThinkingRefused ? { ...body, thinking: undefined } : body;
      const exchange = await this.send(step, {
        method: 'POST',
        path,
        headers: { ...CLIENT_HEADERS, authorization: `Bearer ${this.#key}`, 'x-api-key': this.#key, ...headers },
        body: JSON.stringify(sent),
        retry,
      });
      if (retry >= MAX_RETRIES) return exchange;
      if (exchange.status === 400 && !this.#isThinkingRefused && /thinking|adaptive/.test(exchange.text)) {
        this.#isThinkingRefused = true;
      } else if (mayRetry(exchange)) {
        this.waitsMs.push(waitMs(exchange));
      } else {
        return exchange;
      }
    }
  }
}

function mayRetry({ status, headers }: Exchange): boolean {
  const word = headers['x-should-retry'];
  if (word === 'true' || word === 'false') return word === 'true';
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

function waitMs({ headers }: Exchange): number {
  const milliseconds = Number(headers['retry-after-ms']);
  return milliseconds > 0 ? milliseconds : Number(headers['retry-after'] ?? 0) * 1000;
}

/** What the tools of the developer's machine give back. */
function toolResults(message: StreamedMessage): Block[] {
  const calls = message.content.filter(({ type }) => type === 'tool_use');
  return calls.map((call, index) => ({
    type: 'tool_result',
    tool_use_id: call.id,
    content: [{ type: 'text', text: '1\t# Weather\n2\tMeasures rain.\n' }],
    is_error: false,
    ...(index === calls.length - 1 ? { cache_control: { type: 'ephemeral' } } : {}),
  }));
}
