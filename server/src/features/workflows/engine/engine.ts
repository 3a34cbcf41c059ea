import type { RunRow } from '../../../ports/workflow-store.ts';
import type { EngineServices } from './context.ts';
import { Drive } from './drive.ts';

export interface EngineOptions {
  readonly services: EngineServices;
  /** Names this process among all that share the database: `home/epoch`. */
  readonly owner: string;
  /** Runs of this home that nobody owns any more are free at once; '' means every run. */
  readonly home: string;
  readonly maxRunning: () => number;
  readonly leaseMs: number;
}

/** Who misses a wake-up finds the run at the next look. */
const LOOK_MS = 1000;
const HEARTBEATS_PER_LEASE = 3;
const LET_GO_MS = 2000;

/**
 * Owns runs and drives them: claims what is due, keeps the leases, lets go. Idle it asks the database once a second, and
 * nothing else happens.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #drives = new Map<string, { drive: Drive; ended: Promise<void> }>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #claiming: Promise<void> | undefined;
  #isAskedAgain = false;
  #isRunning = false;
  #cancelLook = () => {};
  #cancelHeartbeat = () => {};
  #lookAt = Number.POSITIVE_INFINITY;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** How many runs this process has in its hands. */
  get running(): number {
    return this.#drives.size;
  }

  /** Frees what earlier processes of this home left, and begins. */
  async start(): Promise<void> {
    const { services, home } = this.#options;
    await services.store.runs.free({ home, nowMs: services.clock.now() });
    this.#isRunning = true;
    this.#armHeartbeat();
    this.look();
  }

  /** Lets what runs come to its end for so long, then breaks it off; all runs are free when this resolves. */
  async stop(graceMs: number): Promise<void> {
    this.#isRunning = false;
    this.#cancelLook();
    await this.#claiming;
    const all = [...this.#drives.values()];
    for (const { drive } of all) drive.stop();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.services.clock.after(graceMs, resolve);
    const ended = Promise.all(all.map((each) => each.ended));
    await Promise.race([ended, late]);
    cancel();
    for (const { drive } of this.#drives.values()) drive.interrupt('stopping');
    // A database that is away must not keep the process from ending; the runs are free when it starts again.
    const giveUp = () => {
      for (const { drive } of this.#drives.values()) drive.giveUp();
    };
    const cancelGivingUp = this.#options.services.clock.after(LET_GO_MS, giveUp);
    await ended;
    cancelGivingUp();
    this.#cancelHeartbeat();
  }

  /** Something is due, or may be. */
  look(): void {
    if (!this.#isRunning) return;
    this.#isAskedAgain = true;
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined;
    });
  }

  /** Something happened to a run: a decision, a cancellation. */
  wake(runId: string): void {
    const owned = this.#drives.get(runId);
    if (owned === undefined) this.look();
    else this.#heartbeat().catch((error) => this.#options.services.report(error, runId));
  }

  /** Calls back after each commit of a run in this process; the function given back ends that. */
  onChange(runId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(runId) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(runId, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(runId);
    };
  }

  async #claimAll(): Promise<void> {
    const { services, owner, leaseMs } = this.#options;
    while (this.#isAskedAgain && this.#isRunning) {
      this.#isAskedAgain = false;
      const limit = this.#options.maxRunning() - this.#drives.size;
      if (limit <= 0) break;
      try {
        const rows = await services.store.runs.claim({ owner, leaseMs, limit, nowMs: services.clock.now() });
        for (const row of rows) this.#drive(row);
        if (rows.length === limit) this.#isAskedAgain = true;
      } catch (error) {
        services.report(error, '');
      }
    }
    this.#armLook(services.clock.now() + LOOK_MS);
  }

  #drive(row: RunRow): void {
    const { services } = this.#options;
    const drive = new Drive({
      services,
      row,
      committed: () => {
        for (const listener of this.#listeners.get(row.id) ?? []) listener();
      },
      begun: () => this.look(),
    });
    const ended = drive.run().then((dueAt) => {
      this.#drives.delete(row.id);
      if (dueAt !== null) this.#armLook(dueAt);
      // It may have been the parent's sub-run, or in the way of others.
      this.look();
    });
    this.#drives.set(row.id, { drive, ended });
  }

  #armLook(atMs: number): void {
    const { clock } = this.#options.services;
    const now = clock.now();
    const nextAt = Math.min(atMs, now + LOOK_MS);
    if (!this.#isRunning || (nextAt >= this.#lookAt && this.#lookAt > now)) return;
    this.#cancelLook();
    this.#lookAt = nextAt;
    this.#cancelLook = clock.after(Math.max(0, nextAt - now), () => {
      this.#lookAt = Number.POSITIVE_INFINITY;
      this.look();
    });
  }

  #armHeartbeat(): void {
    const { services, leaseMs } = this.#options;
    this.#cancelHeartbeat = services.clock.after(leaseMs / HEARTBEATS_PER_LEASE, () => {
      if (this.#isRunning || this.#drives.size > 0) this.#armHeartbeat();
      this.#heartbeat().catch((error) => services.report(error, ''));
    });
  }

  async #heartbeat(): Promise<void> {
    const { services, owner, leaseMs } = this.#options;
    if (this.#drives.size === 0) return;
    const before = [...this.#drives.values()].map(({ drive }) => drive);
    const owned = await services.store.runs.heartbeat({ owner, leaseMs, nowMs: services.clock.now() });
    const said = new Map(owned.map((run) => [run.id, run]));
    for (const drive of before) {
      const run = said.get(drive.id);
      // One that let go meanwhile has no lease either, and nothing left to interrupt.
      if (run === undefined) drive.interrupt('lost');
      else drive.heard(run);
    }
  }
}
