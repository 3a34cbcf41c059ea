import { randomHex } from '../../kernel/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ReplicaRoll } from '../../ports/replica-roll.ts';
import type { RedisLink } from './link.ts';
import { OPEN_EPOCH, REGISTER } from './scripts/epoch.ts';

export const EPOCH_KEY = 'weir:epoch';

export interface MembershipOptions {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly roll: ReplicaRoll;
  /** Brings everything this process recorded into the database. */
  readonly flushLedger: () => Promise<void>;
  /** Tells Redis what this replica holds and counted; `isNew`: Redis knows nothing of before. */
  readonly tell: (of: { epoch: string; isNew: boolean }) => Promise<void>;
  /** Vouches for what this replica holds. */
  readonly renew: (epoch: string) => Promise<void>;
}

const BEAT_MS = 1000;
const HURRY_MS = 100;

/**
 * Redis' data has a name, its epoch; data that was lost gets another. Money is trusted only in an epoch in which every live
 * replica has registered: brought its records into the database and told what it holds.
 */
export class Membership {
  readonly #options: MembershipOptions;
  #epoch = '';
  /** The epoch in which everything was told. */
  #told = '';
  #isReady = false;
  #running: Promise<void> | undefined;
  #cancel = () => {};
  #isClosed = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { link } = options;
    link.define('openEpoch', OPEN_EPOCH);
    link.define('register', REGISTER);
    link.onUp(() => this.hurry());
    this.#arm(BEAT_MS);
  }

  /** The epoch to ask in; '' while there is none. */
  get epoch(): string {
    return this.#options.link.isUp ? this.#told : '';
  }

  get isReady(): boolean {
    return this.#isReady && this.epoch !== '';
  }

  get readyKey(): string {
    return `weir:epoch:${this.#epoch}:ready`;
  }

  /** Redis said that it knows another epoch, or is back. */
  hurry(): void {
    this.#isReady = false;
    this.#arm(0);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  #arm(delayMs: number): void {
    this.#cancel();
    if (this.#isClosed) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#running ??= this.#beat().finally(() => {
        this.#running = undefined;
        this.#arm(this.#isReady || !this.#options.link.isUp ? BEAT_MS : HURRY_MS);
      });
    });
  }

  async #beat(): Promise<void> {
    if (!this.#options.link.isUp) return;
    try {
      await this.#register();
      if (this.#isReady) await this.#options.renew(this.#epoch);
    } catch {
      // Redis or the database is away: tried again with the next beat, and until then nothing is trusted.
      this.#isReady = false;
    }
  }

  async #register(): Promise<void> {
    const { link, roll, flushLedger, tell } = this.#options;
    const epoch = String(await link.run('openEpoch', [EPOCH_KEY], [link.runId, randomHex(6)]));
    const isNew = epoch !== this.#told;
    this.#epoch = epoch;
    if (isNew || !this.#isReady) {
      this.#isReady = false;
      await flushLedger();
      await tell({ epoch, isNew });
      this.#told = epoch;
    }
    const names = await roll.names();
    const members = `weir:epoch:${epoch}:members`;
    const said = Number(await link.run('register', [EPOCH_KEY, members, this.readyKey], [epoch, roll.id, ...names]));
    if (said !== 1 || this.#isReady) return;
    this.#isReady = true;
    // What was granted here while the others registered.
    await tell({ epoch, isNew: false });
  }
}
