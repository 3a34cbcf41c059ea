import { hash } from 'node:crypto';
import { uuidV7 } from '../../kernel/ids.ts';
import { compact } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AuditRow, Storage } from '../../ports/storage.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface AuditEvent {
  readonly projectId: string;
  /** Id of the key that did it. */
  readonly actor: string;
  /** `key.create`, `credential.delete`, ... */
  readonly action: string;
  /** Id or name of what it was done to. */
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Verification {
  /** How many rows were looked at, from the first on. */
  readonly rows: number;
  /** Id of the newest row that does not follow from the one before it; null when the chain is whole. */
  readonly brokenAt: string | null;
}

const PAGE = 500;

/** What was done and by whom: append-only, each row's hash covers the row before it. */
export class AuditLog {
  readonly #storage: Storage;
  readonly #clock: Clock;
  /** One row at a time, because each needs the hash of the last. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage, clock: Clock) {
    this.#storage = storage;
    this.#clock = clock;
  }

  /** Resolves when the row is stored. */
  record(event: AuditEvent): Promise<void> {
    const recorded = this.#queue.then(() => this.#append(event));
    this.#queue = recorded.catch(() => undefined);
    return recorded;
  }

  /** Newest first; `before` is the id the page starts after. */
  list(query: { projectId: string | undefined; limit: number; before: string | undefined }): Promise<AuditRow[]> {
    return this.#storage.audit.list(
      compact({ limit: query.limit, projectId: query.projectId, before: query.before }) as { limit: number },
    );
  }

  /** Walks the whole chain, newest row first. */
  async verify(): Promise<Verification> {
    let newer: AuditRow | undefined;
    let rows = 0;
    for (;;) {
      const page = await this.#storage.audit.list({
        limit: PAGE,
        ...(newer === undefined ? {} : { before: newer.id }),
      });
      for (const row of page) {
        if (newer !== undefined && newer.hash !== hashOf(newer, row.hash)) return { rows, brokenAt: newer.id };
        newer = row;
        rows++;
      }
      if (page.length < PAGE) break;
    }
    const isWhole = newer === undefined || newer.hash === hashOf(newer, await this.#storage.audit.anchor());
    return { rows, brokenAt: isWhole ? null : (newer?.id ?? null) };
  }

  async #append(event: AuditEvent): Promise<void> {
    const at = this.#clock.now();
    const row = {
      id: `audit_${uuidV7(at).replaceAll('-', '')}`,
      at,
      project_id: event.projectId,
      actor: event.actor,
      action: event.action,
      object: event.object,
      detail: JSON.stringify(withoutSecrets(event.detail)),
    };
    await this.#storage.audit.append((last) => ({ ...row, hash: hashOf(row, last?.hash ?? '') }));
  }
}

function hashOf(row: Omit<AuditRow, 'hash'>, previous: string): string {
  const { id, at, project_id, actor, action, object, detail } = row;
  return hash('sha256', JSON.stringify([previous, id, at, project_id, actor, action, object, detail]), 'hex');
}
