import { isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { FileOwner, KeptFiles, KeptStores } from './kept-files.ts';

const PAGE = 500;

/** What the lines of one batch answered so far; a line is kept before it counts, so that no restart runs it again. */
export class LineResults {
  readonly #stores: KeptStores;
  readonly #files: KeptFiles;
  readonly #batchId: string;

  constructor(stores: KeptStores, files: KeptFiles, batchId: string) {
    this.#stores = stores;
    this.#files = files;
    this.#batchId = batchId;
  }

  async keep(owner: FileOwner, number: number, result: JsonObject): Promise<void> {
    const id = `${this.#batchId}:${number}`;
    const text = JSON.stringify({ number, result });
    await this.#stores.objects.insert(this.#files.row(owner, { id, kind: `line_of_${this.#batchId}`, text }));
  }

  /** All there are, by line number. */
  async all(projectId: string): Promise<Map<number, JsonObject>> {
    const found = new Map<number, JsonObject>();
    let before: string | undefined;
    for (;;) {
      const rows = await this.#stores.objects.list({
        kind: `line_of_${this.#batchId}`,
        projectId,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      });
      for (const { content } of rows) {
        const kept = content === null ? undefined : parseJson(this.#stores.seal.open(projectId, content));
        if (isObject(kept) && typeof kept.number === 'number' && isObject(kept.result)) {
          found.set(kept.number, kept.result);
        }
      }
      before = rows.at(-1)?.id;
      if (rows.length < PAGE) return found;
    }
  }

  async forget(numbers: Iterable<number>): Promise<void> {
    for (const number of numbers) await this.#stores.objects.delete(`${this.#batchId}:${number}`);
  }
}
