import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts';
import { isFinal } from './batch-object.ts';
import type { Batches, BatchesOptions, BatchOwner } from './batches.ts';
import { messageBatchObject } from './message-batch-object.ts';
import { MESSAGE_BATCH, resultsId } from './message-results.ts';

/** Where each request of a Message Batch goes. */
const ENDPOINT = '/v1/messages';
const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;
const PAGE = 1000;

export interface MessageBatchPage {
  readonly batches: readonly JsonObject[];
  readonly hasMore: boolean;
}

/** Which batches a page shows; with neither id the newest. */
export interface MessageBatchQuery {
  readonly limit: number;
  /** The page holds the next older ones. */
  readonly after_id?: string | undefined;
  /** The page holds the next newer ones. */
  readonly before_id?: string | undefined;
}

/** Anthropic's Message Batches on any provider: batches whose requests come with them and whose results are one text of lines. */
export class MessageBatches {
  readonly #batches: Batches;
  readonly #options: BatchesOptions;

  constructor(batches: Batches, options: BatchesOptions) {
    this.#batches = batches;
    this.#options = options;
  }

  async create(
    owner: BatchOwner,
    requests: Json | undefined,
    lineHeaders: Readonly<Record<string, string>>,
  ): Promise<JsonObject> {
    const lines = linesOf(requests, this.#options.maxLines());
    const id = MESSAGE_BATCH + uuidV7(this.#options.clock.now()).replaceAll('-', '');
    const input = inputId(id);
    await this.#batches.files.keepContent(owner, input, Buffer.from(lines.join('\n')));
    const metadata = null;
    const total = lines.length;
    return this.#batches.begin(owner, { id, endpoint: ENDPOINT, inputFileId: input, metadata, lineHeaders, total });
  }

  /** As it is now. Throws `resource.not_found`, the same for ids of others. */
  async get(id: string, projectId: string): Promise<JsonObject> {
    const batch = id.startsWith(MESSAGE_BATCH) ? await this.#batches.get(id, projectId) : undefined;
    if (batch === undefined) throw notFound();
    return batch;
  }

  /** A batch as the wire shows it; `resultsUrl` is where its results can be had once it ended. */
  object(batch: JsonObject, resultsUrl: string): JsonObject {
    return messageBatchObject(batch, resultsUrl);
  }

  async list(projectId: string, query: MessageBatchQuery): Promise<MessageBatchPage> {
    const { limit, after_id: after, before_id: before } = query;
    if (before === undefined) {
      if (after !== undefined) await this.get(after, projectId);
      const ids = await this.#ids(projectId, { limit: limit + 1, ...(after === undefined ? {} : { before: after }) });
      return { batches: await this.#shown(ids.slice(0, limit), projectId), hasMore: ids.length > limit };
    }
    const newer = await this.#newerThan(before, projectId);
    return { batches: await this.#shown(newer.slice(-limit), projectId), hasMore: newer.length > limit };
  }

  /** No further request starts; what is done is kept. */
  async cancel(id: string, projectId: string): Promise<JsonObject> {
    const batch = await this.get(id, projectId);
    if (isFinal(batch)) throw refused('This batch has ended: there is nothing left to cancel.');
    return this.#batches.cancel(id, projectId);
  }

  /** Lines of JSON, one for each request. */
  async results(id: string, projectId: string): Promise<Buffer> {
    const batch = await this.get(id, projectId);
    if (!isFinal(batch))
      throw refused('This batch has not ended yet: its results come when processing_status is ended.');
    return this.#batches.files.content(resultsId(id), projectId);
  }

  async delete(id: string, projectId: string): Promise<void> {
    const batch = await this.get(id, projectId);
    if (!isFinal(batch)) throw refused('This batch has not ended yet: cancel it before you delete it.');
    for (const file of [id, inputId(id), resultsId(id)]) await this.#batches.files.delete(file);
  }

  async #ids(projectId: string, page: { limit: number; before?: string }): Promise<string[]> {
    const rows = await this.#options.objects.list({ kind: 'message_batch', projectId, ...page });
    return rows.map(({ id }) => id);
  }

  /** Newest first. */
  async #newerThan(id: string, projectId: string): Promise<string[]> {
    await this.get(id, projectId);
    const newer: string[] = [];
    for (;;) {
      const before = newer.at(-1);
      const ids = await this.#ids(projectId, { limit: PAGE, ...(before === undefined ? {} : { before }) });
      const at = ids.indexOf(id);
      newer.push(...(at < 0 ? ids : ids.slice(0, at)));
      if (at >= 0 || ids.length < PAGE) return newer;
    }
  }

  async #shown(ids: readonly string[], projectId: string): Promise<JsonObject[]> {
    const shown = await Promise.all(ids.map((id) => this.#batches.get(id, projectId)));
    return shown.filter((batch) => batch !== undefined);
  }
}

function inputId(id: string): string {
  return `${id}:input`;
}

/** The requests as lines of an input file; the first wrong one is named. */
function linesOf(requests: Json | undefined, maxLines: number): string[] {
  if (!Array.isArray(requests) || requests.length === 0) throw invalidRequest('requests', 'must be a list of requests');
  if (requests.length > maxLines) {
    throw invalidRequest('requests', `has ${requests.length} requests; batches.max_lines is ${maxLines}`);
  }
  const seen = new Set<string>();
  return requests.map((request, at) => {
    const field = `requests[${at}]`;
    if (!isObject(request)) throw invalidRequest(field, 'must be an object');
    const { custom_id: customId, params } = request;
    if (typeof customId !== 'string' || !CUSTOM_ID.test(customId)) {
      throw invalidRequest(`${field}.custom_id`, 'must be 1 to 64 letters, digits, hyphens and underscores');
    }
    if (seen.has(customId)) throw invalidRequest(`${field}.custom_id`, 'another request has the same one');
    seen.add(customId);
    if (!isObject(params)) throw invalidRequest(`${field}.params`, 'must be an object');
    if (params.stream === true) throw invalidRequest(`${field}.params.stream`, 'a batch does not stream');
    return JSON.stringify({ custom_id: customId, method: 'POST', url: ENDPOINT, body: params });
  });
}

function notFound(): WeirError {
  return new WeirError('resource.not_found', { message: 'There is no such batch.' });
}

function refused(message: string): WeirError {
  return new WeirError('request.invalid', { message });
}
