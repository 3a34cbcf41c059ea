import { isWeirError, WeirError } from '../../kernel/errors.ts';
import { asObject, asString, isObject, type JsonObject, parseJson } from '../../kernel/json.ts';
import { DAY_MS, SECOND_MS } from '../../kernel/time.ts';
import type { Usage } from '../../kernel/usage.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { SettingRow, Storage } from '../../ports/storage.ts';
import { type MeteredBatch, readMeteredBatch } from './metered-batch.ts';
import { type BatchResult, readResult } from './read-result.ts';

export interface BatchMeterServices {
  readonly settings: Storage['settings'];
  readonly ledger: Pick<Ledger, 'settledAmong'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /**
   * Reads `/batches/{id}` or the content of a file from where the batch runs, some lines at a time; gives the status, and the
   * lines only when it is 200. Rejects when the provider does not answer or its credential is gone.
   */
  readonly read: (
    batch: MeteredBatch,
    path: string,
    take: (lines: readonly string[]) => Promise<void>,
  ) => Promise<number>;
  readonly readUsage: (body: JsonObject) => Usage | undefined;
  /** Resolves when the record is durable. Must be told once per request id. */
  readonly record: (batch: MeteredBatch, result: BatchResult & { readonly requestId: string }) => Promise<void>;
  /** Runs it unless another process is at the same batch; absent: there is no other. */
  readonly alone?: ((batchId: string, run: () => Promise<void>) => Promise<void>) | undefined;
  /** Told what could not be metered yet; it is tried again. */
  readonly report: (error: unknown, batchId: string) => void;
}

/** Kind of the notes about batches whose lines are not in the ledger yet. */
const UNMETERED = 'unmetered-batch';
const FINAL: ReadonlySet<unknown> = new Set(['completed', 'failed', 'expired', 'cancelled']);
/** Who asked for the batch waits for its records at most so long. */
const WAIT_MS = 10 * SECOND_MS;
/** Providers keep results for about a month; what could not be read until then is recorded as unpriced. */
const GIVE_UP_MS = 30 * DAY_MS;

/**
 * Brings the lines of batches that providers run by themselves into the ledger, when their results are there: one record per
 * line, once. A note about each batch is kept from its creation until all of its lines are recorded, and the ids of the records
 * follow from the batch and the line, so a process that dies in the middle, or a second one, doubles nothing.
 */
export class BatchMeter {
  readonly #services: BatchMeterServices;
  readonly #running = new Map<string, Promise<void>>();

  constructor(services: BatchMeterServices) {
    this.#services = services;
  }

  /** A batch was made; resolves when that is kept. */
  open(batch: MeteredBatch): Promise<void> {
    const { settings, clock } = this.#services;
    return settings.put({ kind: UNMETERED, name: batch.id, value: JSON.stringify(batch), updated_at: clock.now() });
  }

  /** A provider showed how a batch is. Resolves when its lines are recorded, and never much later than in ten seconds. */
  async saw(object: JsonObject): Promise<void> {
    const id = asString(object.id);
    if (id === undefined || !FINAL.has(object.status)) return;
    const note = (await this.#notes()).find(({ name }) => name === id);
    if (note === undefined) return;
    let stopWaiting = () => {};
    const waited = new Promise<void>((resolve) => {
      stopWaiting = this.#services.clock.after(WAIT_MS, resolve);
    });
    await Promise.race([this.#meter(note, object), waited]);
    stopWaiting();
  }

  /** Asks the providers about every batch that nobody has seen the end of; to be called every few minutes. */
  async lookAround(): Promise<void> {
    for (const note of await this.#notes()) await this.#meter(note, undefined);
  }

  #notes(): Promise<SettingRow[]> {
    return this.#services.settings.all(UNMETERED);
  }

  /** Never rejects. `object` undefined: the provider is asked. */
  #meter(note: SettingRow, object: JsonObject | undefined): Promise<void> {
    const { name: id } = note;
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const run = () => this.#tryMeter(note, object);
    const metering = (this.#services.alone?.(id, run) ?? run())
      .catch((error: unknown) => this.#services.report(error, id))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, metering);
    return metering;
  }

  async #tryMeter({ name: id, value, updated_at: openedAt }: SettingRow, seen: JsonObject | undefined): Promise<void> {
    const { settings, clock } = this.#services;
    const batch = readMeteredBatch(value);
    if (batch !== undefined) {
      try {
        const object = seen ?? (await this.#shown(batch));
        if (object !== undefined && !FINAL.has(object.status)) return;
        if (object?.status !== 'failed') await this.#recordLines(batch, object ?? {});
      } catch (error) {
        if (!isWeirError(error) || clock.now() - openedAt < GIVE_UP_MS) throw error;
        await this.#recordUnknown(batch);
      }
    }
    await settings.delete(UNMETERED, id);
  }

  /** Undefined when the provider does not know it any more. */
  async #shown(batch: MeteredBatch): Promise<JsonObject | undefined> {
    let text = '';
    const status = await this.#services.read(batch, `/batches/${encodeURIComponent(batch.id)}`, async (lines) => {
      text += lines.join('\n');
    });
    const object = parseJson(text);
    if (isObject(object)) return object;
    if (status === 404) return undefined;
    throw new WeirError('upstream.bad_reply', { message: `The provider shows the batch with status ${status}.` });
  }

  async #recordLines(batch: MeteredBatch, object: JsonObject): Promise<void> {
    const files = [asString(object.output_file_id), asString(object.error_file_id)];
    const isKnown = object.id !== undefined;
    const models = isKnown ? await this.#models(batch, asString(object.input_file_id)) : new Map<string, string>();
    const endpoint = asString(object.endpoint) ?? '';
    let isWhole = isKnown;
    for (const [at, fileId] of files.entries()) {
      if (fileId === undefined || fileId === '') continue;
      let number = 0;
      const isThere = await this.#readFile(batch, fileId, async (lines) => {
        const results = new Map<string, string>();
        for (const line of lines) {
          number++;
          if (line.trim() !== '') results.set(`${batch.id}-${at === 0 ? '' : 'e'}${number}`, line);
        }
        await this.#record(batch, results, { endpoint, models });
      });
      if (at === 0) isWhole &&= isThere;
    }
    if (!isWhole) await this.#recordUnknown(batch);
  }

  async #record(
    batch: MeteredBatch,
    results: ReadonlyMap<string, string>,
    of: { endpoint: string; models: ReadonlyMap<string, string> },
  ): Promise<void> {
    const { ledger, record, readUsage } = this.#services;
    const known = new Set(await ledger.settledAmong([...results.keys()]));
    for (const [requestId, line] of results) {
      if (!known.has(requestId)) await record(batch, { ...readResult(line, { ...of, readUsage }), requestId });
    }
  }

  /** What was billed cannot be read: one record that says that no price is known. */
  async #recordUnknown(batch: MeteredBatch): Promise<void> {
    const { ledger, record } = this.#services;
    if ((await ledger.settledAmong([batch.id])).length > 0) return;
    await record(batch, { requestId: batch.id, model: '', status: 200, succeeded: true, usage: undefined });
  }

  /** The model of each line, by its custom id; those of a file that is gone are told by the replies. */
  async #models(batch: MeteredBatch, fileId: string | undefined): Promise<ReadonlyMap<string, string>> {
    const models = new Map<string, string>();
    if (fileId === undefined) return models;
    await this.#readFile(batch, fileId, async (lines) => {
      for (const line of lines) {
        const json = asObject(parseJson(line));
        const [customId, model] = [asString(json?.custom_id), asString(asObject(json?.body)?.model)];
        if (customId !== undefined && model !== undefined) models.set(customId, model);
      }
    });
    return models;
  }

  /** False when the file is gone. */
  async #readFile(
    batch: MeteredBatch,
    fileId: string,
    take: (lines: readonly string[]) => Promise<void>,
  ): Promise<boolean> {
    const status = await this.#services.read(batch, `/files/${encodeURIComponent(fileId)}/content`, take);
    if (status === 200 || status === 404) return status === 200;
    throw new WeirError('upstream.bad_reply', { message: `A file of the batch is answered with status ${status}.` });
  }
}
