import { createHash } from 'node:crypto';
import { invalidRequest, isWeirError, WeirError } from '../../../kernel/errors.ts';
import { uuidV7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DatasetItemRow, DatasetRow, DatasetStore } from '../../../ports/evaluation-store.ts';
import type { ContentSeal } from '../../../ports/secrets.ts';
import type { ItemContent } from '../item.ts';
import type { NewItem } from './read-items.ts';

/** An item of a dataset, opened. Undefined content: its user was erased. */
export interface DatasetItem {
  readonly id: string;
  readonly content: ItemContent | undefined;
  readonly sourceRequestId: string | null;
}

export interface ItemToAdd extends NewItem {
  readonly sourceRequestId?: string;
  readonly userId?: string;
}

/** What a change of a dataset came to. */
export interface DatasetChange {
  readonly dataset: DatasetRow;
  readonly version: number;
  readonly items: number;
  /** New ones and those with another content. */
  readonly added: number;
  /** Were there already, or came twice. */
  readonly unchanged: number;
  readonly removed: number;
}

export const MAX_ITEMS = 100_000;
const PAGE = 500;
const TRIES = 5;
/** What admins make belongs to it unless they say otherwise. */
const ADMINS_PROJECT = 'default';

export interface DatasetParts {
  readonly store: DatasetStore;
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
}

/** Datasets whose versions never change: a change is another version, and what did not change is stored once. */
export class Datasets {
  readonly #of: DatasetParts;

  constructor(of: DatasetParts) {
    this.#of = of;
  }

  /** Makes the next version; the first one makes the dataset. Nothing is stored when nothing changed. */
  async change(of: {
    readonly projectId: string;
    readonly name: string;
    readonly author: string;
    readonly add: readonly ItemToAdd[];
    readonly remove: readonly string[];
    /** Nothing but what is added stays. */
    readonly replace: boolean;
  }): Promise<DatasetChange> {
    const { store, clock } = this.#of;
    const now = clock.now();
    const dataset = await store.claim({
      id: `dataset_${uuidV7(now).replaceAll('-', '')}`,
      project_id: of.projectId,
      name: of.name,
      created_at: now,
    });
    for (let tries = 1; ; tries++) {
      try {
        return await this.#append(dataset, of);
      } catch (error) {
        // Somebody else made that version at the same moment.
        if (tries >= TRIES || !isWeirError(error) || error.code !== 'conflict') throw error;
      }
    }
  }

  /** By id, or by its name in the project. `projectId` undefined: any project, names of the default one. What is not there and what is another project's are the same error. */
  async find(id: string, projectId: string | undefined): Promise<DatasetRow> {
    const { store } = this.#of;
    const row = (await store.get(id)) ?? (await store.named(projectId ?? ADMINS_PROJECT, id));
    if (row !== undefined && (projectId === undefined || row.project_id === projectId)) return row;
    throw new WeirError('resource.not_found', { message: 'There is no such dataset.' });
  }

  /** The latest version unless one is named. Throws when it is not there. */
  async version(dataset: DatasetRow, asked: number | undefined): Promise<{ version: number; items: number }> {
    const versions = await this.#of.store.versions(dataset.id);
    const found = asked === undefined ? versions[0] : versions.find(({ version }) => version === asked);
    if (found !== undefined) return found;
    throw new WeirError('resource.not_found', { message: 'The dataset has no such version.' });
  }

  /** A page of items in the order of their ids. */
  async items(
    dataset: DatasetRow,
    of: { version: number; limit: number; after?: string | undefined },
  ): Promise<DatasetItem[]> {
    const rows = await this.#of.store.items({ datasetId: dataset.id, ...of });
    return rows.map(({ item_id, content, source_request_id }) => ({
      id: item_id,
      content: content === null ? undefined : this.#open(dataset, content),
      sourceRequestId: source_request_id,
    }));
  }

  /** Every item of a version. */
  async *all(dataset: DatasetRow, version: number): AsyncGenerator<DatasetItem> {
    for (let after: string | undefined; ; ) {
      const page = await this.items(dataset, { version, limit: PAGE, after });
      yield* page;
      after = page.at(-1)?.id;
      if (page.length < PAGE) return;
    }
  }

  async #append(
    dataset: DatasetRow,
    of: { author: string; add: readonly ItemToAdd[]; remove: readonly string[]; replace: boolean },
  ): Promise<DatasetChange> {
    const { store, clock, seal } = this.#of;
    const [latest] = await store.versions(dataset.id);
    const standing = new Map<string, string>();
    if (latest !== undefined) {
      for (let after: string | undefined; ; ) {
        const page = await store.items({ datasetId: dataset.id, version: latest.version, limit: PAGE, after });
        for (const row of page) standing.set(row.item_id, row.hash);
        after = page.at(-1)?.item_id;
        if (page.length < PAGE) break;
      }
    }
    const version = (latest?.version ?? 0) + 1;
    const added = new Map<string, DatasetItemRow>();
    const given = new Set<string>();
    for (const item of of.add) {
      const plain = JSON.stringify(item.content);
      const hash = createHash('sha256').update(plain).digest('hex');
      const id = item.id ?? hash.slice(0, 16);
      given.add(id);
      if (standing.get(id) === hash) continue;
      added.set(id, {
        ...{ dataset_id: dataset.id, item_id: id, from_version: version, to_version: null, hash },
        content: seal.seal(dataset.project_id, plain),
        source_request_id: item.sourceRequestId ?? null,
        user_id: item.userId ?? null,
      });
    }
    const unwanted = of.replace ? [...standing.keys()] : of.remove;
    const removed = unwanted.filter((id) => standing.has(id) && !given.has(id));
    const fresh = [...added.keys()].filter((id) => !standing.has(id)).length;
    const items = standing.size + fresh - removed.length;
    const counts = { added: added.size, unchanged: of.add.length - added.size, removed: removed.length };
    if (items > MAX_ITEMS) throw invalidRequest('items', `a dataset holds at most ${MAX_ITEMS} items`);
    if (latest !== undefined && added.size === 0 && removed.length === 0) {
      return { dataset, version: latest.version, items: latest.items, ...counts };
    }
    if (items === 0) throw invalidRequest('items', 'a dataset needs at least one item');
    const row = { dataset_id: dataset.id, version, items, author: of.author, created_at: clock.now() };
    await store.append({ row, added: [...added.values()], removed });
    return { dataset, version, items, ...counts };
  }

  #open(dataset: DatasetRow, sealed: string): ItemContent {
    return JSON.parse(this.#of.seal.open(dataset.project_id, sealed)) as ItemContent;
  }
}
