import { WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ContentSeal } from '../../ports/secrets.ts';
import type { ProviderObjectRow, Storage } from '../../ports/storage.ts';
import { fileObject } from './batch-object.ts';

export interface KeptStores {
  readonly objects: Storage['objects'];
  readonly seal: ContentSeal;
  readonly clock: Pick<Clock, 'now'>;
}

export interface FileOwner {
  readonly projectId: string;
  readonly userId: string | undefined;
}

/** Files of batches that live in Weir: sealed, each seen only by its project. */
export class KeptFiles {
  readonly #stores: KeptStores;

  constructor(stores: KeptStores) {
    this.#stores = stores;
  }

  async keep(owner: FileOwner, file: { filename: string; purpose: string; bytes: Buffer }): Promise<JsonObject> {
    const { clock, objects } = this.#stores;
    const id = `file-${uuidV7(clock.now()).replaceAll('-', '')}`;
    const object = fileObject({
      id,
      bytes: file.bytes.length,
      filename: file.filename,
      purpose: file.purpose,
      nowS: Math.floor(clock.now() / 1000),
    });
    // The content first: a file that is listed can be read.
    await this.keepContent(owner, id, file.bytes);
    await objects.insert(this.row(owner, { id, kind: 'file', text: JSON.stringify(object) }));
    return object;
  }

  /** Bytes under a name; without an object of the same name no list shows them. What was there before goes. */
  async keepContent(owner: FileOwner, id: string, bytes: Buffer): Promise<void> {
    await this.#stores.objects.delete(contentId(id));
    const text = bytes.toString('base64');
    await this.#stores.objects.insert(this.row(owner, { id: contentId(id), kind: 'file_content', text }));
  }

  /** Undefined when it does not live here; foreign ids look like missing ones. */
  async object(id: string, projectId: string): Promise<JsonObject | undefined> {
    const text = await this.text(id, { kind: 'file', projectId });
    const object = text === undefined ? undefined : parseJson(text);
    return isObject(object) ? object : undefined;
  }

  async content(id: string, projectId: string): Promise<Buffer> {
    const text = await this.text(contentId(id), { kind: 'file_content', projectId });
    if (text === undefined) throw new WeirError('resource.not_found', { message: 'There is no such file.' });
    return Buffer.from(text, 'base64');
  }

  async delete(id: string): Promise<void> {
    await this.#stores.objects.delete(id);
    await this.#stores.objects.delete(contentId(id));
  }

  /** What is kept under an id of this kind and project, unsealed. */
  async text(id: string, of: { kind: ProviderObjectRow['kind']; projectId: string }): Promise<string | undefined> {
    const row = await this.#stores.objects.get(id);
    if (row === undefined || row.kind !== of.kind || row.project_id !== of.projectId || row.provider !== '')
      return undefined;
    return row.content === null ? undefined : this.#stores.seal.open(of.projectId, row.content);
  }

  /** A row of something that lives in Weir. */
  row(
    owner: FileOwner,
    of: { id: string; kind: ProviderObjectRow['kind']; text: string; credentialId?: string },
  ): ProviderObjectRow {
    return {
      id: of.id,
      kind: of.kind,
      project_id: owner.projectId,
      user_id: owner.userId ?? null,
      provider: '',
      credential_id: of.credentialId ?? '',
      previous_id: null,
      content: this.#stores.seal.seal(owner.projectId, of.text),
      created_at: this.#stores.clock.now(),
    };
  }
}

function contentId(id: string): string {
  return `${id}:content`;
}
