import { SECOND_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdempotencyRow, Storage } from '../../ports/storage.ts';

/** A lease that was not renewed for this long belongs to a process that is gone. */
const LEASE_MS = 90 * SECOND_MS;

/** Says which of several processes runs a batch; rows of idempotency are the one thing that changes by compare and set. */
export class BatchLease {
  readonly #rows: Storage['idempotency'];
  readonly #clock: Pick<Clock, 'now'>;
  #row: IdempotencyRow | undefined;

  constructor(rows: Storage['idempotency'], clock: Pick<Clock, 'now'>) {
    this.#rows = rows;
    this.#clock = clock;
  }

  /** True when this process may run the batch. */
  async take(batchId: string): Promise<boolean> {
    const row = this.#newRow(`batch:${batchId}`);
    const standing = await this.#rows.begin(row);
    const isDead = standing !== undefined && this.#clock.now() - standing.created_at >= LEASE_MS;
    const isOurs = standing === undefined || (isDead && (await this.#rows.replace(standing, row)));
    if (isOurs) this.#row = row;
    return isOurs;
  }

  /** False when another process took it over meanwhile: this one was silent for too long and must stop. */
  async renew(): Promise<boolean> {
    const standing = this.#row;
    if (standing === undefined) return false;
    const row = this.#newRow(standing.id);
    const renewed = await this.#rows.replace(standing, row);
    this.#row = renewed ? row : undefined;
    return renewed;
  }

  async release(): Promise<void> {
    if (this.#row !== undefined) await this.#rows.delete(this.#row.id);
    this.#row = undefined;
  }

  #newRow(id: string): IdempotencyRow {
    return { id, body_hash: '', status: null, headers: '{}', body: null, created_at: this.#clock.now() };
  }
}
