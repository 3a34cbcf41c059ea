import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { ReplicaRoll } from '../../ports/replica-roll.ts';
import type { Replicas } from '../../ports/replicas.ts';
import type { Schema } from '../schema.ts';
import { NOW_MS } from './announce.ts';

export interface ReplicaOptions {
  readonly db: Kysely<Schema>;
  readonly clock: Clock;
  /** This process. */
  readonly epoch: string;
  /** Names its data directory. */
  readonly home: string;
}

const BEAT_MS = 2000;
/** Five beats without one: a replica that was killed. */
const LIVE_MS = 10_000;
/** A row with nothing left to settle is kept for a while, for whoever wonders what was running. */
const FORGET_MS = 7 * 86_400_000;

/** The table of processes: each says every two seconds that it lives. Times are the database's. */
export class PostgresReplicas implements Replicas, ReplicaRoll {
  readonly id: string;
  readonly #options: ReplicaOptions;
  readonly #listeners: ((live: number) => void)[] = [];
  #live = 1;
  #isFirst = false;
  #cancel = () => {};
  #isStopped = false;

  private constructor(options: ReplicaOptions) {
    this.id = options.epoch;
    this.#options = options;
  }

  /** Resolves when this process stands in the table: nothing of it may be in the database before. */
  static async join(options: ReplicaOptions): Promise<PostgresReplicas> {
    const replicas = new PostgresReplicas(options);
    await replicas.#beat();
    replicas.#arm();
    return replicas;
  }

  live(): number {
    return this.#live;
  }

  count(): number {
    return this.#live;
  }

  async names(): Promise<readonly string[]> {
    const { rows } = await sql<{ epoch: string }>`
      select epoch from replicas where seen_at > ${NOW_MS} - ${LIVE_MS}::bigint`.execute(this.#options.db);
    return [...new Set(rows.map(({ epoch }) => epoch)).add(this.id)];
  }

  isFirst(): boolean {
    return this.#isFirst;
  }

  onChange(listener: (live: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Takes this process out of the count at once; its row stays while calls of it are open. */
  async leave(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    const { db, epoch } = this.#options;
    await sql`
      delete from replicas where epoch = ${epoch}
      and not exists (select from open_intents where process_epoch = ${epoch})`.execute(db);
  }

  #arm(): void {
    if (this.#isStopped) return;
    const again = () => this.#arm();
    // A beat that fails leaves the number as it was: a database that is away says nothing about the others.
    this.#cancel = this.#options.clock.after(BEAT_MS, () => this.#beat().then(again, again));
  }

  async #beat(): Promise<void> {
    const { db, epoch, home } = this.#options;
    await sql`
      insert into replicas (epoch, home, started_at, seen_at) values (${epoch}, ${home}, ${NOW_MS}, ${NOW_MS})
      on conflict (epoch) do update set seen_at = excluded.seen_at`.execute(db);
    await sql`
      delete from replicas where seen_at < ${NOW_MS} - ${FORGET_MS}::bigint
      and not exists (select from open_intents where process_epoch = replicas.epoch)`.execute(db);
    const live = Math.max(1, await countLive(db));
    const first = await sql<{ epoch: string }>`
      select epoch from replicas where seen_at > ${NOW_MS} - ${LIVE_MS}::bigint
      order by started_at, epoch limit 1`.execute(db);
    this.#isFirst = first.rows[0]?.epoch === epoch;
    if (live === this.#live) return;
    this.#live = live;
    for (const listener of this.#listeners) listener(live);
  }
}

/** How many processes have given a sign of life within the last ten seconds. */
export async function countLive(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ live: number }>`
    select count(*) as live from replicas where seen_at > ${NOW_MS} - ${LIVE_MS}::bigint`.execute(db);
  return Number(rows[0]?.live ?? 0);
}
