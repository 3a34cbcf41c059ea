import { hash } from 'node:crypto';
import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { DAY_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { IdempotencyRow, Storage } from '../../ports/storage.ts';

/** How long a reply is replayed. */
const LIFETIME_MS = DAY_MS;
/** Longer than any call may run: an unfinished row of another process that is older belongs to a dead one. */
const TAKE_OVER_MS = 11 * MINUTE_MS;
/** Larger replies are not kept: the key then only stops calls that run at the same time. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface IdempotentRequest {
  readonly projectId: string;
  readonly keyId: string;
  /** Method and path pattern: the same key on another route is another request. */
  readonly route: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string;
}

export interface StoredReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Beginning =
  /** Go on, then call `finish` or `abandon` with the ticket. */
  { readonly kind: 'new'; readonly ticket: Ticket } | { readonly kind: 'replay'; readonly reply: StoredReply };

export interface Ticket {
  readonly id: string;
  readonly projectId: string;
}

export interface IdempotencyOptions {
  readonly storage: Storage;
  readonly seal: ContentSeal;
  readonly clock: Clock;
  /** Differs between two runs of the server. */
  readonly processEpoch: string;
  /** True when no other process can use this storage (embedded mode): rows of other epochs are then dead at once. */
  readonly exclusive: boolean;
}

/**
 * Replays the reply to a repeated Idempotency-Key for 24 hours. What runs in this process is known from memory, so its
 * unfinished rows never go stale; those of another process are taken over at once when the storage is this process'
 * alone, and after 11 minutes otherwise.
 */
export class IdempotentReplies {
  readonly #options: IdempotencyOptions;
  /** Body hashes of what runs here. */
  readonly #running = new Map<string, string>();

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /** Throws `conflict` while the first request runs and `idempotency.mismatch` for another body. */
  async begin(request: IdempotentRequest): Promise<Beginning> {
    if (!/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(request.idempotencyKey)) {
      throw invalidRequest('Idempotency-Key', 'must be 1 to 255 printable ASCII characters.');
    }
    const id = idOf(request);
    const running = this.#running.get(id);
    if (running !== undefined) throw refuse(running === request.bodyHash);
    this.#running.set(id, request.bodyHash);
    let isNew = false;
    try {
      const standing = await this.#claim(id, request.bodyHash);
      isNew = standing === undefined;
      if (standing === undefined) return { kind: 'new', ticket: { id, projectId: request.projectId } };
      if (standing.body_hash !== request.bodyHash) throw refuse(false);
      if (standing.status === null) throw refuse(true);
      return { kind: 'replay', reply: this.#open(request.projectId, standing) };
    } finally {
      if (!isNew) this.#running.delete(id);
    }
  }

  /** Keeps the reply. Failures that a second try may mend, and replies over 8 MiB, are not kept. */
  async finish(ticket: Ticket, reply: StoredReply): Promise<void> {
    if (isTransient(reply.status) || reply.body.length > MAX_BODY_BYTES) return this.abandon(ticket);
    const body = this.#options.seal.seal(ticket.projectId, reply.body.toString('base64'));
    const kept = { status: reply.status, headers: JSON.stringify(reply.headers), body };
    try {
      await this.#options.storage.idempotency.finish(ticket.id, kept);
    } finally {
      this.#running.delete(ticket.id);
    }
  }

  /** The request had no reply worth keeping: the next one with this key runs. */
  async abandon(ticket: Ticket): Promise<void> {
    try {
      await this.#options.storage.idempotency.delete(ticket.id);
    } finally {
      this.#running.delete(ticket.id);
    }
  }

  /** Forgets what is older than 24 hours. */
  prune(): Promise<void> {
    return this.#options.storage.idempotency.prune(this.#options.clock.now() - LIFETIME_MS);
  }

  /** The row that stands there and counts; undefined when the place is ours. */
  async #claim(id: string, bodyHash: string): Promise<IdempotencyRow | undefined> {
    const { storage, clock, processEpoch } = this.#options;
    const row: IdempotencyRow = {
      id,
      body_hash: bodyHash,
      status: null,
      // Until there is a reply, the headers' place says which process works on it.
      headers: JSON.stringify({ epoch: processEpoch }),
      body: null,
      created_at: clock.now(),
    };
    const standing = await storage.idempotency.begin(row);
    if (standing === undefined || !this.#isDead(standing)) return standing;
    return (await storage.idempotency.replace(standing, row)) ? undefined : storage.idempotency.begin(row);
  }

  #isDead(row: IdempotencyRow): boolean {
    const ageMs = this.#options.clock.now() - row.created_at;
    if (ageMs >= LIFETIME_MS) return true;
    if (row.status !== null) return false;
    const { epoch } = JSON.parse(row.headers ?? '{}') as { epoch?: string };
    // Of this process, and yet not among what runs: its end could not be written.
    return epoch === this.#options.processEpoch || this.#options.exclusive || ageMs >= TAKE_OVER_MS;
  }

  #open(projectId: string, row: IdempotencyRow): StoredReply {
    return {
      status: row.status ?? 200,
      headers: JSON.parse(row.headers ?? '{}') as Record<string, string>,
      body: Buffer.from(this.#options.seal.open(projectId, row.body ?? ''), 'base64'),
    };
  }
}

function idOf({ projectId, keyId, route, idempotencyKey }: IdempotentRequest): string {
  return hash('sha256', JSON.stringify([projectId, keyId, route, idempotencyKey]), 'hex');
}

/** 402 is a budget or an approval: what is refused now may pass once more is granted. */
function isTransient(status: number): boolean {
  return status >= 500 || status === 402 || status === 408 || status === 409 || status === 429 || status === 499;
}

function refuse(sameBody: boolean): WeirError {
  if (!sameBody) return new WeirError('idempotency.mismatch', { param: 'Idempotency-Key' });
  return new WeirError('conflict', {
    param: 'Idempotency-Key',
    message: 'The first request with this Idempotency-Key is still running.',
    retryAfterMs: 1000,
  });
}
