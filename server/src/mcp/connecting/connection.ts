import type { Client, ClientOptions, PriorDiscovery, RequestOptions } from '@modelcontextprotocol/client';
import { WeirError } from '../../kernel/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ToolServerSettings } from '../settings.ts';
import { openTransport, type TransportServices } from './open-transport.ts';
import { translateError } from './translate-error.ts';

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** Servers of the old era that never answer what they do not know are recognised by their silence. */
const PROBE_MS = 5000;
/** Pages of one list. */
const MAX_PAGES = 64;

export interface ConnectionServices extends TransportServices {
  readonly clock: Clock;
  readonly version: string;
  /** What Weir offers to this server, and who answers; called on each new client before it connects. */
  readonly offer: { readonly capabilities: ClientOptions['capabilities']; readonly answer: (client: Client) => void };
  /** The server says that its tools are not the same any more. */
  readonly toolsChanged: () => void;
  readonly told: (state: 'connected' | 'closed' | 'failed', fields: Readonly<Record<string, unknown>>) => void;
}

/** How a question is asked: whose patience it is. */
export interface Asking {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export type ConnectionState = 'idle' | 'connected' | 'down';

/**
 * The one connection to a server: made at the first question, kept, and made again when the next question finds it gone.
 * Tries that fail are paused for longer and longer; questions in a pause are refused at once.
 */
export class Connection {
  readonly #settings: ToolServerSettings;
  readonly #services: ConnectionServices;
  #open: Promise<Client> | undefined;
  #client: Client | undefined;
  /** How the server spoke last time: the next connection need not find out again. */
  #prior: PriorDiscovery | undefined;
  #generation = 0;
  #failures = 0;
  #pausedUntil = 0;
  #lastError: WeirError | undefined;
  readonly #closing = new AbortController();

  constructor(settings: ToolServerSettings, services: ConnectionServices) {
    this.#settings = settings;
    this.#services = services;
  }

  get state(): ConnectionState {
    if (this.#client !== undefined) return 'connected';
    return this.#lastError === undefined ? 'idle' : 'down';
  }

  /** Which protocol is spoken: `2026-07-28`, `2025-11-25` ...; undefined while not connected. */
  get protocolVersion(): string | undefined {
    return this.#client?.getNegotiatedProtocolVersion();
  }

  /** Counts connections: what was read from an earlier one may not hold any more. */
  get generation(): number {
    return this.#generation;
  }

  get lastError(): WeirError | undefined {
    return this.#lastError;
  }

  /** Asks one question. Rejects with a WeirError that names the server. */
  async ask<T>(of: Asking, question: (client: Client, options: RequestOptions) => Promise<T>): Promise<T> {
    const startedAt = this.#services.clock.monotonic();
    const client = await this.wait(of, this.#connected());
    const timeoutMs = Math.min(of.timeoutMs, this.#settings.timeoutMs);
    const left = Math.max(1, timeoutMs - (this.#services.clock.monotonic() - startedAt));
    const options = { signal: of.signal, timeout: left, maxTotalTimeout: left };
    const answer = await this.wait(of, question(client, options));
    this.#failures = 0;
    return answer;
  }

  /** Waits for something that others may be waiting for too. Rejects with a WeirError that names the server. */
  async wait<T>({ signal, timeoutMs: ownMs }: Asking, promise: Promise<T>): Promise<T> {
    const timeoutMs = Math.min(ownMs, this.#settings.timeoutMs);
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const cancel = this.#services.clock.after(timeoutMs, () => reject(new DOMException('too long', 'TimeoutError')));
    try {
      return await Promise.race([promise, stopped]);
    } catch (error) {
      throw translateError(error, { server: this.#settings.name, signal, timeoutMs });
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const client = await this.#open?.catch(() => undefined);
    await client?.close();
  }

  #connected(): Promise<Client> {
    this.#open ??= this.#connect().catch((error) => {
      this.#open = undefined;
      throw error;
    });
    return this.#open;
  }

  async #connect(): Promise<Client> {
    const { clock, told } = this.#services;
    const { name, timeoutMs } = this.#settings;
    const pauseMs = this.#pausedUntil - clock.monotonic();
    if (this.#closing.signal.aborted || pauseMs > 0) throw this.#unavailable(pauseMs);
    const { Client } = await import('@modelcontextprotocol/client');
    const client = new Client({ name: 'weir', version: this.#services.version }, this.#options());
    this.#services.offer.answer(client);
    client.onclose = () => this.#gone(client);
    try {
      await this.#connectUnlessClosed(client);
    } catch (thrown) {
      if (this.#closing.signal.aborted) throw this.#unavailable(0);
      await client.close().catch(() => undefined);
      const error = translateError(thrown, { server: name, signal: NEVER, timeoutMs });
      this.#prior = undefined;
      this.#failed(error, FIRST_BACKOFF_MS);
      throw error;
    }
    this.#client = client;
    this.#lastError = undefined;
    const discover = client.getDiscoverResult();
    this.#prior = discover === undefined ? { kind: 'legacy' } : { kind: 'modern', discover };
    told('connected', { protocol: client.getNegotiatedProtocolVersion() });
    this.#generation++;
    return client;
  }

  /** A server that says nothing holds up nobody who closes. */
  async #connectUnlessClosed(client: Client): Promise<void> {
    const { signal } = this.#closing;
    const { promise: closed, reject } = Promise.withResolvers<never>();
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const transport = await openTransport(this.#settings, this.#services);
    const connecting = client.connect(transport, {
      timeout: this.#settings.timeoutMs,
      signal,
      ...(this.#prior === undefined ? {} : { prior: this.#prior }),
    });
    const late = async () => {
      if (signal.aborted) await client.close();
    };
    connecting.then(late, late).catch(() => undefined);
    await Promise.race([connecting, closed]).finally(() => signal.removeEventListener('abort', stop));
  }

  #options(): ClientOptions {
    return {
      capabilities: this.#services.offer.capabilities ?? {},
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(PROBE_MS, this.#settings.timeoutMs) } },
      listMaxPages: MAX_PAGES,
      // A pattern of a server on a text of that server could hold the thread for as long as it likes.
      jsonSchemaValidator: UNCHECKED,
      listChanged: { tools: { autoRefresh: false, onChanged: () => this.#services.toolsChanged() } },
    };
  }

  #gone(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#open = undefined;
    if (this.#closing.signal.aborted) return;
    this.#services.told('closed', {});
    this.#failed(this.#unavailable(0), 0);
  }

  /** `firstPauseMs`: before the next try when this is the first failure in a row. */
  #failed(error: WeirError, firstPauseMs: number): void {
    const pauseMs =
      this.#failures === 0 ? firstPauseMs : Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures);
    this.#pausedUntil = this.#services.clock.monotonic() + pauseMs;
    this.#failures++;
    this.#lastError = error;
    this.#services.told('failed', { code: error.code, pause_ms: pauseMs });
  }

  #unavailable(pauseMs: number): WeirError {
    const { name } = this.#settings;
    const why = this.#lastError === undefined ? '' : ` ${this.#lastError.message}`;
    return new WeirError('upstream.unavailable', {
      message: this.#closing.signal.aborted
        ? `The MCP server "${name}" is not asked any more: Weir is shutting down.`
        : `The MCP server "${name}" is down; it is tried again soon.${why}`.slice(0, 600),
      details: { server: name },
      ...(pauseMs > 0 ? { retryAfterMs: Math.ceil(pauseMs) } : {}),
    });
  }
}

const NEVER = new AbortController().signal;

const UNCHECKED: NonNullable<ClientOptions['jsonSchemaValidator']> = {
  getValidator: () => (data) => ({ valid: true, data: data as never, errorMessage: undefined }),
};
