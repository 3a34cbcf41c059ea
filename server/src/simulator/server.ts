import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dispatch } from './dispatch.ts';
import type { FaultBook, FaultRule } from './faults/fault-book.ts';
import type { Journal } from './journal.ts';
import { DEFAULT_LATENCY, type Latency } from './pacing.ts';
import { createWorld, type World } from './world.ts';

export interface SimulatorOptions {
  /** Address to listen on; default 127.0.0.1. */
  host?: string;
  /** TCP port; default 0, which takes a free one. */
  port?: number;
  /** Decides what the models say and how chances fall; default 1. */
  seed?: number;
  /** Faults waiting from the start; default none. */
  faults?: readonly FaultRule[];
  /** How long the models take; absent fields keep the small defaults. */
  latency?: Partial<Latency>;
}

export interface Simulator {
  /** Origin without a trailing slash. */
  url: string;
  port: number;
  /** What was sent here and how it ended. */
  journal: Journal;
  /** The scripted faults. */
  faults: FaultBook;
  /** Breaks every connection, hanging ones too, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Starts the simulated providers in this process. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options.seed ?? 1, { ...DEFAULT_LATENCY, ...options.latency });
  for (const rule of options.faults ?? []) world.faults.add(rule);
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) =>
    receive(request, response, world),
  );
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    journal: world.journal,
    faults: world.faults,
    close: () => close(server),
  };
}

function receive(request: IncomingMessage, response: ServerResponse, world: World): void {
  dispatch(request, response, world).catch((error: unknown) => {
    response.destroy(error instanceof Error ? error : new Error(String(error)));
  });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
