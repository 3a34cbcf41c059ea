import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import type { Changes, Refresh } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Schema } from '../schema.ts';
import { CHANNEL, NOW_MS } from './announce.ts';
import { connectionSettings } from './pool.ts';
import { RUNS_CHANNEL } from './run-statements.ts';

export interface ChangesOptions {
  readonly db: Kysely<Schema>;
  /** For the connection that listens; without it only the poll tells. */
  readonly url: string | undefined;
  readonly clock: Clock;
}

/** With NOTIFY lost altogether, this and one query is how late a replica can be. */
const POLL_MS = 500;
const PAGE = 1000;
const KEPT_MS = 3_600_000;
/** Away for longer than this, a replica cannot know that nothing it missed was deleted from the table. */
const TRUSTED_AWAY_MS = KEPT_MS / 2;
const PRUNE_MS = 600_000;
const RECONNECT_MS = 2000;

/** Reads the table of changes twice a second, and at once when PostgreSQL says that there is something new. */
export class PostgresChanges implements Changes {
  readonly #options: ChangesOptions;
  readonly #kinds = new Map<string, RefreshQueue>();
  #last = 0;
  #prunedAt = Number.NEGATIVE_INFINITY;
  #readAt: number;
  #listener: pg.Client | undefined;
  #reading: Promise<void> | undefined;
  #isAskedAgain = false;
  #cancel = () => {};
  #cancelConnect = () => {};
  #isStopped = false;

  private constructor(options: ChangesOptions) {
    this.#options = options;
    this.#readAt = options.clock.monotonic();
  }

  /** From here on nothing is missed: what is read from the database after this resolves is kept up to date. */
  static async open(options: ChangesOptions): Promise<PostgresChanges> {
    const changes = new PostgresChanges(options);
    const { rows } = await sql<{ last: number | null }>`select max(sequence) as last from changes`.execute(options.db);
    changes.#last = Number(rows[0]?.last ?? 0);
    changes.#arm();
    changes.#listen();
    return changes;
  }

  on(kind: string, refresh: Refresh): void {
    const queue = this.#kinds.get(kind) ?? new RefreshQueue();
    queue.add(refresh);
    this.#kinds.set(kind, queue);
  }

  ageMs(): number {
    return this.#options.clock.monotonic() - this.#readAt;
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    this.#cancelConnect();
    await this.#listener?.end().catch(() => {});
    await this.#reading;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(POLL_MS, () => {
      void this.#look().then(() => this.#arm());
    });
  }

  /** One look at a time; who asks during one gets another behind it. */
  #look(): Promise<void> {
    if (this.#reading !== undefined) this.#isAskedAgain = true;
    this.#reading ??= this.#lookUntilQuiet().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #lookUntilQuiet(): Promise<void> {
    do {
      this.#isAskedAgain = false;
      // A failure leaves everything as it is; the next look begins at the same place, and ageMs() tells.
      await this.#read().catch(() => {});
    } while (this.#isAskedAgain && !this.#isStopped);
  }

  async #read(): Promise<void> {
    const startedMono = this.#options.clock.monotonic();
    const wasAwayMs = startedMono - this.#readAt;
    const changes = await this.#options.db
      .selectFrom('changes')
      .select(['sequence', 'kind', 'name'])
      .where('sequence', '>', this.#last)
      .orderBy('sequence')
      .limit(PAGE)
      .execute();
    if (wasAwayMs > TRUSTED_AWAY_MS) await Promise.all([...this.#kinds.values()].map((queue) => queue.run(undefined)));
    else await this.#refresh(changes);
    this.#last = changes.at(-1)?.sequence ?? this.#last;
    this.#readAt = startedMono;
    if (changes.length === PAGE) this.#isAskedAgain = true;
    if (startedMono - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = startedMono;
    await sql`delete from changes where at < ${NOW_MS} - ${KEPT_MS}::bigint`.execute(this.#options.db);
  }

  async #refresh(changes: readonly { kind: string; name: string }[]): Promise<void> {
    if (changes.length === 0) return;
    const named = Map.groupBy(changes, ({ kind }) => kind);
    const work = [...named].map(([kind, of]) => {
      const names = [...new Set(of.map(({ name }) => name))];
      return this.#kinds.get(kind)?.run(names.includes('') ? undefined : names);
    });
    await Promise.all(work);
  }

  /** A lost connection is made again; until then the poll is all there is. */
  #listen(): void {
    const { url, clock } = this.#options;
    if (this.#isStopped || url === undefined) return;
    const client = new pg.Client(connectionSettings(url));
    this.#listener = client;
    let isOver = false;
    const again = () => {
      if (isOver) return;
      isOver = true;
      client.end().catch(() => {});
      this.#cancelConnect = clock.after(RECONNECT_MS, () => this.#listen());
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === RUNS_CHANNEL) void this.#kinds.get('runs')?.run([payload]);
      else void this.#look();
    });
    client
      .connect()
      .then(() => client.query(LISTEN))
      // What was changed while nobody listened.
      .then(() => this.#look())
      .catch(again);
  }
}

const LISTEN = `listen ${CHANNEL}; listen ${RUNS_CHANNEL}` as const;

/** The readers of one kind. */
class RefreshQueue {
  readonly #refreshes: Refresh[] = [];

  add(refresh: Refresh): void {
    this.#refreshes.push(refresh);
  }

  async run(names: readonly string[] | undefined): Promise<void> {
    for (const refresh of this.#refreshes) await refresh(names);
  }
}
