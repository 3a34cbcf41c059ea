import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../server/src/simulator/server.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';

export type ClientWire = 'openai' | 'anthropic';
export const WIRES: readonly ClientWire[] = ['openai', 'anthropic'];

export interface SceneOptions {
  readonly simulator?: SimulatorOptions;
  /** Added to the providers that lead to the simulator. */
  readonly providers?: Readonly<Record<string, object>>;
  readonly routes?: Readonly<Record<string, object>>;
  /** Sections of the configuration that replace the scene's own. */
  readonly config?: Readonly<Record<string, object>>;
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another `bin/weir.js` than this tree's. */
  readonly program?: string;
}

export interface ChatCall {
  readonly wire?: ClientWire;
  /** provider/model, a bare name or a route. */
  readonly model: string;
  readonly stream?: boolean;
  readonly prompt?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ChatAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly requestId: string;
  /** Milliseconds from the request to the last byte. */
  readonly tookMs: number;
}

/** A real Weir in front of simulated providers, with times short enough for tests. */
export class Scene {
  readonly simulator: Simulator;
  readonly #options: SceneOptions;
  #closed: Promise<void> | undefined;
  weir: RunningWeir;

  private constructor(weir: RunningWeir, of: { simulator: Simulator; options: SceneOptions }) {
    this.weir = weir;
    this.simulator = of.simulator;
    this.#options = of.options;
  }

  /** `make` may use the simulator's address. */
  static async start(make: SceneOptions | ((simulator: Simulator) => SceneOptions) = {}): Promise<Scene> {
    const simulator = await startSimulator(typeof make === 'function' ? {} : make.simulator);
    const options = typeof make === 'function' ? make(simulator) : make;
    return new Scene(await startWeirFor(options, simulator), { simulator, options });
  }

  /** Another process on the same data, as after a crash. */
  async restart(): Promise<void> {
    this.weir = await startWeirFor({ ...this.#options, dataDir: this.weir.dataDir }, this.simulator);
  }

  async close(): Promise<void> {
    await this.weir.stop();
    this.#closed ??= this.simulator.close();
    await this.#closed;
  }

  async chat(call: ChatCall): Promise<ChatAnswer> {
    const startedMono = performance.now();
    const response = await fetch(this.weir.url + pathOf(call), this.request(call));
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      requestId: response.headers.get('x-request-id') ?? '',
      tookMs: performance.now() - startedMono,
    };
  }

  /** What `chat` sends, for tests that read the reply themselves. */
  request(call: ChatCall): RequestInit & { body: string; headers: Record<string, string> } {
    return {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(call.wire === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
        authorization: `Bearer ${this.weir.adminKey}`,
        ...call.headers,
      },
      body: JSON.stringify({
        model: call.model,
        max_tokens: 200,
        stream: call.stream === true,
        messages: [{ role: 'user', content: call.prompt ?? 'say "the weir holds"' }],
      }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    };
  }

  async records(): Promise<UsageRecord[]> {
    const all: UsageRecord[] = [];
    for (let cursor = ''; ; ) {
      const reply = await this.weir.api(`GET /api/v1/usage/records?limit=1000${cursor}`);
      if (reply.status !== 200) throw new Error(`no records: ${reply.status} ${reply.text.slice(0, 300)}`);
      all.push(...reply.json.data);
      if (reply.json.next_cursor === null) return all;
      cursor = `&cursor=${encodeURIComponent(reply.json.next_cursor)}`;
    }
  }

  /** The one record of a call; readable as soon as the reply's last byte was. */
  async record(requestId: string): Promise<UsageRecord> {
    const found = (await this.records()).filter((record) => record.request_id === requestId);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} records of ${requestId}`);
    return found[0];
  }

  /** How often the simulator was asked for a model. */
  asked(model: string): number {
    return this.simulator.journal.entries.filter((entry) => (entry.body as { model?: string } | null)?.model === model)
      .length;
  }
}

export function pathOf(call: ChatCall): string {
  return call.wire === 'anthropic' ? '/v1/messages' : '/v1/chat/completions';
}

function startWeirFor(options: SceneOptions, simulator: Simulator): Promise<RunningWeir> {
  const config = {
    providers: {
      openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` },
      anthropic: { api_key: 'sk-ant-first', base_url: simulator.url },
      backup: { type: 'openai-compatible', api_key: 'sk-backup', base_url: `${simulator.url}/v1` },
      ...options.providers,
    },
    routes: options.routes ?? {},
    retry: { base_delay_ms: 10, max_delay_ms: 2500, jitter: 'none' },
    timeouts: { connect_ms: 500, total_ms: 6000, idle_ms: 500 },
    ...options.config,
  };
  return startWeir({
    config: JSON.stringify(config),
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.program === undefined ? {} : { program: options.program }),
  });
}

/** True when the stream ended as a whole one ends. */
export function isWholeStream(wire: ClientWire, text: string): boolean {
  return wire === 'openai' ? text.trimEnd().endsWith('data: [DONE]') : text.includes('event: message_stop');
}

/** The error in a stream, as each wire says it; undefined when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: tests read errors of every shape
export function streamedError(wire: ClientWire, text: string): any {
  for (const block of text.split('\n\n')) {
    const data = /^data: (\{.*)$/m.exec(block)?.[1];
    if (data === undefined) continue;
    const json = parsed(data);
    if (json === undefined) continue;
    if (wire === 'openai' ? json.error !== undefined : json.type === 'error') return json.error;
  }
  return undefined;
}

/** Undefined for what a kill cut in half. */
// biome-ignore lint/suspicious/noExplicitAny: tests read replies of every shape
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
