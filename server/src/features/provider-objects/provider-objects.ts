import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { asString, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { ProviderObjectRow, Storage } from '../../ports/storage.ts';
import { type ListQuery, objectsPage } from './objects-page.ts';

/** Objects that live at a provider and that its API lists. */
export type ObjectKind = 'file' | 'batch';

/** Who an object can be had from. */
export interface ObjectPlace {
  readonly provider: string;
  readonly credentialId: string;
}

/** An object a provider showed us. */
export interface SeenObject extends ObjectPlace {
  readonly kind: ObjectKind;
  readonly projectId: string;
  /** End-user label; absent when the call had none. */
  readonly userId?: string | undefined;
  /** The object as the provider wrote it; its `id` names it. */
  readonly object: JsonObject;
}

/**
 * Files and batches of providers, by project. Several projects share a provider's key, so an id is worth nothing here unless
 * the asking project made it: unknown ids and those of others always give the same `resource.not_found`.
 */
export interface ProviderObjects {
  find(kind: ObjectKind, id: string, projectId: string): Promise<ObjectPlace>;
  /** Keeps a new object, or how a known one looks now. Files that a batch names are kept with it. */
  remember(seen: SeenObject): Promise<void>;
  forget(kind: ObjectKind, id: string, projectId: string): Promise<void>;
  /** One page in the wire's list shape, each object as it was last seen. */
  list(kind: ObjectKind, projectId: string, query: ListQuery): Promise<JsonObject>;
}

const PAGE = 1000;
/** A project with more is shown the newest. */
const MAX_LISTED = 10_000;
/** Names of the files that a batch makes. */
const MADE_FILES = ['output_file_id', 'error_file_id'] as const;

export function createProviderObjects(parts: {
  readonly objects: Storage['objects'];
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
}): ProviderObjects {
  const { objects, seal, clock } = parts;

  async function rowOf(kind: ObjectKind, id: string, projectId: string): Promise<ProviderObjectRow> {
    const row = await objects.get(id);
    if (row === undefined || row.kind !== kind || row.project_id !== projectId) throw notFound(kind);
    return row;
  }

  /** The row that stands there when another call was faster. */
  async function insert(row: ProviderObjectRow): Promise<ProviderObjectRow | undefined> {
    try {
      await objects.insert(row);
      return undefined;
    } catch (thrown) {
      const there = await objects.get(row.id);
      if (there === undefined) throw thrown;
      return there;
    }
  }

  async function keep(seen: SeenObject, id: string): Promise<void> {
    const content = seal.seal(seen.projectId, JSON.stringify(seen.object));
    const known = (await objects.get(id)) ?? (await insert(newRow(seen, { id, content, nowMs: clock.now() })));
    if (known === undefined) return;
    if (!isSame(known, seen)) throw new WeirError('upstream.bad_reply', { message: 'The provider gave an id twice.' });
    await objects.update(id, content);
  }

  function copyOf(row: ProviderObjectRow): JsonObject {
    const copy = row.content === null ? undefined : parseJson(seal.open(row.project_id, row.content));
    return isObject(copy) ? copy : { id: row.id, object: row.kind };
  }

  async function newestFirst(kind: ObjectKind, projectId: string): Promise<JsonObject[]> {
    const found: ProviderObjectRow[] = [];
    for (;;) {
      const before = found.at(-1)?.id;
      const page = await objects.list({ kind, projectId, limit: PAGE, ...(before === undefined ? {} : { before }) });
      found.push(...page);
      if (page.length < PAGE || found.length >= MAX_LISTED) return found.map(copyOf);
    }
  }

  return {
    find: async (kind, id, projectId) => {
      const { provider, credential_id: credentialId } = await rowOf(kind, id, projectId);
      return { provider, credentialId };
    },
    async remember(seen) {
      const id = asString(seen.object.id);
      if (id === undefined || id === '') {
        throw new WeirError('upstream.bad_reply', { message: `The provider showed a ${seen.kind} without an id.` });
      }
      await keep(seen, id);
      if (seen.kind !== 'batch') return;
      for (const name of MADE_FILES) {
        const fileId = asString(seen.object[name]);
        if (fileId === undefined || (await objects.get(fileId)) !== undefined) continue;
        const object = { id: fileId, object: 'file', purpose: 'batch_output' };
        await keep({ ...seen, kind: 'file', object }, fileId);
      }
    },
    async forget(kind, id, projectId) {
      await rowOf(kind, id, projectId);
      await objects.delete(id);
    },
    list: async (kind, projectId, query) => objectsPage(await newestFirst(kind, projectId), query),
  };
}

function newRow(seen: SeenObject, of: { id: string; content: string; nowMs: number }): ProviderObjectRow {
  return {
    id: of.id,
    kind: seen.kind,
    project_id: seen.projectId,
    user_id: seen.userId ?? null,
    provider: seen.provider,
    credential_id: seen.credentialId,
    previous_id: null,
    content: of.content,
    created_at: of.nowMs,
  };
}

function isSame(known: ProviderObjectRow, seen: SeenObject): boolean {
  return known.kind === seen.kind && known.project_id === seen.projectId && known.provider === seen.provider;
}

function notFound(kind: ObjectKind): WeirError {
  return new WeirError('resource.not_found', { message: `There is no such ${kind}.` });
}

/** The only place that can serve a request which names these files; undefined when it names none. */
export async function placeOfFiles(
  objects: ProviderObjects,
  ids: readonly string[],
  projectId: string,
): Promise<ObjectPlace | undefined> {
  let place: ObjectPlace | undefined;
  for (const id of ids) {
    const found = await objects.find('file', id, projectId);
    place ??= found;
    if (!isSamePlace(place, found))
      throw invalidRequest('file_id', 'the files live at different providers or accounts');
  }
  return place;
}

export function isSamePlace(left: ObjectPlace, right: ObjectPlace): boolean {
  return left.provider === right.provider && left.credentialId === right.credentialId;
}
