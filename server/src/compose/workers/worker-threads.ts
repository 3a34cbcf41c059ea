import { MessageChannel, Worker } from 'node:worker_threads';
import type { Environment, LoadedConfig } from '../../config/load-config.ts';
import type { TargetStatus } from '../../gateway/routing/target-health.ts';
import type { IntentRecord, UsageRecord } from '../../kernel/usage-record.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { CallCounts } from '../../workers/call-counts.ts';
import { serveLedger } from '../../workers/ledger.ts';
import { Link, type Remote, type Services } from '../../workers/link.ts';
import { serveSharedState } from '../../workers/serve-shared-state.ts';
import { describeBug } from '../observing/describe-bug.ts';
import type { WorkerCommands, WorkerStart } from './start-options.ts';

export interface WorkerThreadsParts {
  readonly loaded: LoadedConfig;
  readonly environment: Environment;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ledger: Ledger;
  readonly state: SharedState;
  /** Everything else that threads ask the main thread for. */
  readonly services: Services;
  readonly idempotency: { abandon(ticket: { id: string; projectId: string }): Promise<void> };
  readonly counts: CallCounts;
  readonly changes: Changes;
  readonly isShared: boolean;
  /** The record of a call that died with its thread. */
  readonly settleDead: (intents: readonly [IntentRecord, ...IntentRecord[]]) => UsageRecord;
  /** Threads besides the main thread. */
  readonly count: number;
}

interface Running {
  readonly worker: Worker;
  readonly link: Link;
  readonly commands: Remote<WorkerCommands>;
  readonly listening: Promise<void>;
  readonly gone: Promise<void>;
  readings: readonly TargetStatus[];
  isListening: boolean;
}

/** Kinds of rows that threads hold in memory; see `ports/changes`. */
const KINDS = [
  ...['keys', 'projects', 'credentials', 'prompts'],
  ...['route', 'user', 'budget', 'policy', 'signed-out'].map((kind) => `setting:${kind}`),
];
const CHANGE_WAIT_MS = 900;
const RETRY_MS = 250;
const AGE_MS = 250;
/** A thread that dies this often within a minute will die again: the process says so and ends. */
const MAX_DEATHS = 5;
const DEATHS_WINDOW_MS = 60_000;

/** The threads that serve beside the main thread. One that dies is replaced; what its calls held is settled. */
export class WorkerThreads {
  readonly #parts: WorkerThreadsParts;
  readonly #running = new Map<number, Running>();
  readonly #deaths: number[] = [];
  #loaded: LoadedConfig;
  #port = 0;
  #isClosing = false;
  #cancelAge = () => {};

  constructor(parts: WorkerThreadsParts) {
    this.#parts = parts;
    this.#loaded = parts.loaded;
    for (const kind of KINDS) parts.changes.on(kind, (names) => this.#changed(kind, names));
  }

  /** Resolves when all of them listen. */
  async start(port: number): Promise<void> {
    this.#port = port;
    if (this.#parts.isShared) this.#tellAge();
    const started = Array.from({ length: this.#parts.count }, (_, at) => this.#start(at + 1));
    await Promise.all(started.map(({ listening }) => listening));
  }

  /** Threads that serve, the main thread included. */
  get live(): number {
    return [...this.#running.values()].filter(({ isListening }) => isListening).length + 1;
  }

  /** What the other threads know of targets, a second old at most. */
  readings(): TargetStatus[] {
    return [...this.#running.values()].flatMap(({ readings }) => [...readings]);
  }

  /** Resolves when every thread has read the row again, and never later than after a second. */
  announce = (kind: string, name: string): Promise<void> => this.#changed(kind, [name]);

  reload(loaded: LoadedConfig): void {
    this.#loaded = loaded;
    for (const { link } of this.#running.values()) link.tell('commands', 'reload', [loaded]);
  }

  /** Lets their calls finish; resolves when all threads are gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelAge();
    const closing = [...this.#running.values()].map(async ({ commands, gone }) => {
      await commands.close().catch(() => undefined);
      await gone;
    });
    await Promise.all(closing);
  }

  #start(row: number): Running {
    const { parts, link: port } = { parts: this.#parts, link: new MessageChannel() };
    const ledger = serveLedger(parts.ledger);
    const state = serveSharedState(parts.state);
    const tickets = new Map<string, { id: string; projectId: string }>();
    const link = new Link(port.port1, {
      ...parts.services,
      ledger: ledger.ledger,
      limits: state.limits,
      budgets: state.budgets,
      idempotentReplies: heldBy(parts.services.idempotentReplies as IdempotentService, tickets),
      health: {
        readings: (readings: readonly TargetStatus[]) => {
          running.readings = readings;
        },
      },
    });
    const worker = new Worker(entry(), {
      name: `weir-worker-${row}`,
      workerData: {
        loaded: this.#loaded,
        environment: { ...parts.environment },
        dataDir: parts.dataDir,
        port: this.#port,
        link: port.port2,
        counts: parts.counts.buffer,
        row,
        isShared: parts.isShared,
      } satisfies WorkerStart,
      transferList: [port.port2],
    });
    const listening = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    let failure: unknown;
    worker.once('message', () => {
      running.isListening = true;
      listening.resolve();
    });
    worker.once('error', (error) => {
      failure = error;
    });
    worker.once('exit', (code) => {
      link.end();
      listening.reject(failure ?? new Error(`A worker thread ended with ${code} before it listened.`));
      this.#running.delete(row);
      parts.counts.forgetRunning(row);
      state.release();
      for (const intents of ledger.takeOpen()) {
        parts.ledger.settle(parts.settleDead(intents)).catch(() => undefined);
      }
      for (const ticket of tickets.values()) void parts.idempotency.abandon(ticket).catch(() => undefined);
      gone.resolve();
      if (!this.#isClosing) this.#replace(row, failure);
    });
    // Who does not wait for it reads of it in the log.
    listening.promise.catch(() => undefined);
    const commands = link.remote<WorkerCommands>('commands');
    const running: Running = {
      worker,
      link,
      commands,
      listening: listening.promise,
      gone: gone.promise,
      readings: [],
      isListening: false,
    };
    this.#running.set(row, running);
    return running;
  }

  #replace(row: number, failure: unknown): void {
    const { clock, logger } = this.#parts;
    const now = clock.monotonic();
    this.#deaths.push(now);
    while ((this.#deaths[0] ?? now) < now - DEATHS_WINDOW_MS) this.#deaths.shift();
    const line = { event: 'worker_died', worker: row, ...describeBug(failure) };
    if (this.#deaths.length > MAX_DEATHS) {
      logger.fatal(line, `worker threads died ${this.#deaths.length} times within a minute: the server ends`);
      process.kill(process.pid, 'SIGTERM');
      process.exitCode = 1;
      return;
    }
    logger.error(line, 'a worker thread died; another takes its place');
    this.#start(row);
  }

  async #changed(kind: string, names: readonly string[] | undefined): Promise<void> {
    const { clock } = this.#parts;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(CHANGE_WAIT_MS, resolve);
    const all = [...this.#running.values()].map((thread) => this.#tell(thread, kind, names));
    await Promise.race([Promise.all(all), late]);
    cancel();
  }

  /** Until the thread has it, or is gone. */
  async #tell({ commands, worker }: Running, kind: string, names: readonly string[] | undefined): Promise<void> {
    for (;;) {
      try {
        return await commands.changed(kind, names);
      } catch {
        if (worker.threadId === -1 || this.#isClosing) return;
        await new Promise<void>((resolve) => void this.#parts.clock.after(RETRY_MS, resolve));
      }
    }
  }

  #tellAge(): void {
    const { clock, changes } = this.#parts;
    for (const { link } of this.#running.values()) link.tell('commands', 'age', [changes.ageMs()]);
    this.#cancelAge = clock.after(AGE_MS, () => this.#tellAge());
  }
}

interface IdempotentService {
  begin(request: object): Promise<{ kind: string; ticket?: { id: string; projectId: string } }>;
  finish(ticket: { id: string; projectId: string }, reply: { body: Uint8Array }): Promise<void>;
  abandon(ticket: { id: string; projectId: string }): Promise<void>;
}

/** Remembers which requests run in the thread, so that they can be given up with it. */
function heldBy(
  { begin, finish, abandon }: IdempotentService,
  tickets: Map<string, { id: string; projectId: string }>,
): IdempotentService {
  return {
    async begin(request) {
      const beginning = await begin(request);
      if (beginning.ticket !== undefined) tickets.set(beginning.ticket.id, beginning.ticket);
      return beginning;
    },
    finish(ticket, reply) {
      tickets.delete(ticket.id);
      return finish(ticket, { ...reply, body: Buffer.from(reply.body) });
    },
    abandon(ticket) {
      tickets.delete(ticket.id);
      return abandon(ticket);
    },
  };
}

/** Sources and build differ in the extension. */
function entry(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./worker.${extension}`, import.meta.url);
}
