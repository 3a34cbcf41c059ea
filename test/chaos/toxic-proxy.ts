import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { pause } from '../../server/src/simulator/pacing.ts';

/** What goes wrong on the way from the upstream to its caller; absent fields leave the bytes alone. */
export interface Toxics {
  /** Milliseconds before each piece goes on. */
  latencyMs?: number;
  /** Pieces no larger than this, one per `latencyMs`: with 1 every byte travels alone. */
  sliceBytes?: number;
  bytesPerSecond?: number;
  /** The connection is closed, cleanly, after this many bytes of one connection. */
  limitBytes?: number;
  /** The connection is reset after this many bytes of one connection; 0 resets on the first one. */
  resetAfterBytes?: number;
  /** Milliseconds before the end of the upstream is passed on. */
  slowCloseMs?: number;
  /** Nothing passes in either direction, and nothing is closed: the peer is gone. */
  timeout?: boolean;
}

export interface ToxicProxy {
  readonly port: number;
  readonly url: string;
  /** In force for what moves from now on; replace or change it at any time. */
  toxics: Toxics;
  /** Connections accepted since the start. */
  readonly accepted: number;
  close(): Promise<void>;
}

/** A TCP proxy that spoils what it carries, for faults below HTTP. */
export async function startToxicProxy(upstreamPort: number, toxics: Toxics = {}): Promise<ToxicProxy> {
  const sockets = new Set<Socket>();
  const stopped = new AbortController();
  let accepted = 0;
  const proxy = { toxics };

  function carry(client: Socket): void {
    accepted++;
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    }
    client.on('data', (bytes) => {
      if (!proxy.toxics.timeout) upstream.write(bytes);
    });
    client.on('close', () => upstream.destroy());
    new Downstream({ from: upstream, to: client, toxics: () => proxy.toxics, signal: stopped.signal });
  }

  const server = createServer(carry);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, {
    port,
    url: `http://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    async close() {
      stopped.abort();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

interface Link {
  readonly from: Socket;
  readonly to: Socket;
  readonly toxics: () => Toxics;
  readonly signal: AbortSignal;
}

/** One connection's bytes from the upstream, spoiled one piece after the other. */
class Downstream {
  readonly #link: Link;
  readonly #queue: Buffer[] = [];
  #passed = 0;
  #busy = false;
  #ended = false;

  constructor(link: Link) {
    this.#link = link;
    link.from.on('data', (bytes) => {
      this.#queue.push(bytes);
      void this.#work();
    });
    link.from.on('close', () => {
      this.#ended = true;
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let bytes = this.#queue.shift(); bytes !== undefined; bytes = this.#queue.shift()) await this.#spoil(bytes);
    this.#busy = false;
    if (!this.#ended || this.#link.toxics().timeout) return;
    await pause(this.#link.toxics().slowCloseMs ?? 0, this.#link.signal);
    this.#link.to.end();
  }

  async #spoil(bytes: Buffer): Promise<void> {
    const { to, signal } = this.#link;
    for (let at = 0; at < bytes.length && !to.destroyed; ) {
      const toxics = this.#link.toxics();
      if (toxics.timeout) return;
      const piece = bytes.subarray(at, at + this.#size(toxics, bytes.length - at));
      const waitMs =
        (toxics.latencyMs ?? 0) + (1000 * piece.length) / (toxics.bytesPerSecond ?? Number.POSITIVE_INFINITY);
      await pause(waitMs, signal);
      if (this.#cutsAt(toxics.resetAfterBytes)) return void to.resetAndDestroy();
      if (this.#cutsAt(toxics.limitBytes)) return void to.destroySoon();
      if (!to.write(piece)) await this.#drained();
      this.#passed += piece.length;
      at += piece.length;
    }
  }

  #size(toxics: Toxics, left: number): number {
    const limits = [toxics.limitBytes, toxics.resetAfterBytes].filter((limit) => limit !== undefined);
    const untilCut = Math.max(1, Math.min(...limits.map((limit) => limit - this.#passed), Number.POSITIVE_INFINITY));
    const perSlice =
      toxics.sliceBytes ?? (toxics.bytesPerSecond === undefined ? left : Math.ceil(toxics.bytesPerSecond / 20));
    return Math.min(left, perSlice, untilCut);
  }

  #cutsAt(limit: number | undefined): boolean {
    return limit !== undefined && this.#passed >= limit;
  }

  #drained(): Promise<void> {
    const { to } = this.#link;
    return new Promise((resolve) => {
      to.once('drain', resolve);
      to.once('close', resolve);
    });
  }
}
