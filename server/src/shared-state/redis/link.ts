import { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import { withinTime } from './within-time.ts';

export interface LinkOptions {
  readonly url: string;
  readonly clock: Clock;
  /** Longest a command may take, in milliseconds; default 250. */
  readonly timeoutMs?: number;
  /** Added to Redis' own time, in milliseconds; for tests. */
  readonly timeOffsetMs?: () => number;
  readonly report?: (state: 'up' | 'down') => void;
}

export type Reply = readonly (number | string)[];

const TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 1000;
/** After a minute nothing of before counts in a minute's window. */
const LATEST_ANSWER_MS = 60_000;
const PROBE_MS = 250;

/**
 * One connection behind a breaker: the first command that fails closes it for everybody, and a probe opens it again. While
 * it is closed nobody waits for Redis.
 */
export class RedisLink {
  readonly #redis: Redis;
  readonly #options: LinkOptions;
  readonly #timeoutMs: number;
  readonly #listeners: (() => void)[] = [];
  readonly #scripts: string[] = [];
  #isUp = false;
  #isClosed = false;
  #runId = '';
  #cancelProbe = () => {};

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#redis = new Redis(options.url, {
      // A command is given up sooner, by a clock that knows when this process stood still; its answer may still come.
      commandTimeout: LATEST_ANSWER_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (times) => Math.min(50 * times, 500),
    });
    // Without a listener ioredis writes to the console; what fails is told by the command that failed.
    this.#redis.on('error', () => this.#down());
    this.#redis.on('close', () => this.#down());
    this.#redis.on('ready', () => void this.#probe());
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Of the server that answers: another one after a restart. */
  get runId(): string {
    return this.#runId;
  }

  /** Called each time the connection can be used again. */
  onUp(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A script under a name of its own. Redis is told all of them first: one sent whole later would come after its successors. */
  define(name: string, lua: string): void {
    this.#redis.defineCommand(name, { lua });
    this.#scripts.push(lua);
  }

  offset(): number {
    return this.#options.timeOffsetMs?.() ?? 0;
  }

  /**
   * Rejects when Redis does not answer in time, and from then on until a probe succeeds. `late` gets an answer that came after
   * all: a Redis that was silent does what it was told before.
   */
  async run(
    ...[name, keys, args, late]: [string, readonly string[], readonly (string | number)[], ((reply: Reply) => void)?]
  ): Promise<Reply> {
    if (!this.#isUp) throw new Error('Redis does not answer');
    const command = (this.#redis as unknown as Record<string, (...all: unknown[]) => Promise<Reply>>)[name];
    if (command === undefined) throw new Error(`no script ${name}`);
    const answer = command.call(this.#redis, keys.length, ...keys, ...args);
    try {
      return await this.#inTime(answer);
    } catch (error) {
      this.#down();
      if (late !== undefined) answer.then(late, () => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelProbe();
    this.#redis.disconnect();
  }

  #inTime<T>(answer: Promise<T>): Promise<T> {
    return withinTime(answer, { limitMs: this.#timeoutMs, clock: this.#options.clock });
  }

  async #probe(): Promise<void> {
    this.#cancelProbe();
    if (this.#isUp || this.#isClosed) return;
    try {
      const info = await this.#inTime(this.#redis.info('server'));
      await this.#inTime(Promise.all(this.#scripts.map((lua) => this.#redis.script('LOAD', lua))));
      this.#runId = /^run_id:(\w+)/m.exec(info)?.[1] ?? '';
      if (this.#isUp || this.#isClosed) return;
      this.#isUp = true;
      this.#options.report?.('up');
      for (const listener of this.#listeners) listener();
    } catch {
      // Still away: asked again in a moment.
      this.#probeLater();
    }
  }

  #down(): void {
    if (this.#isUp && !this.#isClosed) this.#options.report?.('down');
    this.#isUp = false;
    this.#probeLater();
  }

  #probeLater(): void {
    this.#cancelProbe();
    if (this.#isClosed) return;
    this.#cancelProbe = this.#options.clock.after(PROBE_MS, () => void this.#probe());
  }
}
