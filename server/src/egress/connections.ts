import { Agent, type Dispatcher } from 'undici';
import { SECOND_MS } from '../kernel/time.ts';
import type { Network } from '../ports/http-client.ts';
import { assertPublicAddress } from './address-policy.ts';
import { type ProxySettings, parseProxy, proxyRules } from './proxy-rules.ts';
import { tunnel } from './tunnel.ts';

export interface ConnectionSettings {
  readonly connectTimeoutMs: number;
  readonly allow: readonly string[];
  /** Absent: no proxy but those of providers. */
  readonly proxy?: ProxySettings;
}

/** How a request leaves, as far as it decides which connections may carry it. */
export interface Way {
  readonly url: URL;
  readonly trusted: boolean;
  readonly network: Network | undefined;
}

/** Pools of connections: one for what the operator named, one that checks addresses, and one per proxy and identity. */
export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #rules: ((url: URL) => URL | undefined) | undefined;
  readonly #trusted: Agent;
  readonly #checked: Agent;
  readonly #others = new Map<string, Agent>();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    const { proxy } = settings;
    const hasProxy = proxy !== undefined && Boolean(proxy.https || proxy.http);
    this.#rules = hasProxy ? proxyRules(proxy) : undefined;
    this.#trusted = this.#direct(true, undefined);
    this.#checked = this.#direct(false, undefined);
  }

  for(way: Way): Dispatcher {
    if (this.#rules === undefined && way.network === undefined) return way.trusted ? this.#trusted : this.#checked;
    const proxy = this.#proxyOf(way);
    if (proxy === undefined && way.network?.tls === undefined) return way.trusted ? this.#trusted : this.#checked;
    const name = JSON.stringify([proxy?.href ?? '', way.network?.id ?? '', way.trusted]);
    let agent = this.#others.get(name);
    if (agent === undefined) {
      agent = proxy === undefined ? this.#direct(way.trusted, way.network) : this.#through(proxy, way);
      this.#others.set(name, agent);
    }
    return agent;
  }

  async close(): Promise<void> {
    await Promise.all([this.#trusted, this.#checked, ...this.#others.values()].map((agent) => agent.destroy()));
  }

  /** A provider's own word wins over the environment's, its exceptions included. */
  #proxyOf({ url, network }: Way): URL | undefined {
    if (network?.proxy === undefined) return this.#rules?.(url);
    return network.proxy === 'none' ? undefined : parseProxy(network.proxy);
  }

  #direct(trusted: boolean, network: Network | undefined): Agent {
    const { connectTimeoutMs, allow } = this.#settings;
    const lookup = trusted ? {} : { lookup: assertPublicAddress(allow) };
    return new Agent({ ...COMMON, connect: { timeout: connectTimeoutMs, ...lookup, ...network?.tls } });
  }

  #through(proxy: URL, { trusted, network }: Way): Agent {
    const { connectTimeoutMs, allow } = this.#settings;
    const lookup = trusted ? {} : { lookup: assertPublicAddress(allow) };
    const connect = tunnel({ proxy, timeoutMs: connectTimeoutMs, tls: network?.tls ?? {}, ...lookup });
    return new Agent({ ...COMMON, connect });
  }
}

const COMMON: Agent.Options = {
  // A stream holds a socket for as long as it runs: a connection limit would make the next call wait behind it.
  connections: null,
  pipelining: 1,
  // Our own deadlines decide; undici's timers would only add to them.
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30 * SECOND_MS,
};
