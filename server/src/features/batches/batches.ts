import { invalidRequest, WeirError } from '../../kernel/errors.ts';
import { uuidV7 } from '../../kernel/ids.ts';
import { asString, isObject, type Json, type JsonObject, parseJson } from '../../kernel/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Storage } from '../../ports/storage.ts';
import { BatchLease } from './batch-lease.ts';
import { BATCH_ENDPOINTS, type BatchLine, readBatchLines } from './batch-lines.ts';
import { isFinal, lineHeaders, type NewBatch, newBatch, withStatus } from './batch-object.ts';
import { BatchTurns } from './batch-turns.ts';
import { type FileOwner, KeptFiles, type KeptStores } from './kept-files.ts';
import { LineResults } from './line-results.ts';
import { isMessageBatch, keepMessageResults } from './message-results.ts';
import { isGood, type LineReply, runLines } from './run-batch.ts';

/** Who pays for the lines and what they are recorded under. */
export interface BatchOwner extends FileOwner {
  readonly keyId: string;
}

export interface BatchesOptions extends KeptStores {
  readonly clock: Clock;
  readonly settings: Storage['settings'];
  /** Absent: no other process uses this storage. */
  readonly leases?: Storage['idempotency'];
  readonly concurrency: () => number;
  readonly maxLines: () => number;
  /** One request of a batch through everything that a client's own would go through. Never rejects. */
  readonly runLine: (of: {
    owner: BatchOwner;
    batchId: string;
    endpoint: string;
    headers: Readonly<Record<string, string>>;
    line: BatchLine;
  }) => Promise<LineReply>;
  /** Something of ours broke; the batch is marked as failed. */
  readonly report: (error: unknown, batchId: string) => void;
}

interface Running {
  batch: JsonObject;
  readonly owner: BatchOwner;
  /** Absent where no other process could run it. */
  readonly lease: BatchLease | undefined;
  /** Its turn has not come; where there are other processes, one of them may have it. */
  waits: boolean;
  cancelled: boolean;
  /** Another process runs it now. */
  lost: boolean;
}

/** What names the batches that a start must go on with. */
const UNFINISHED = 'unfinished_batch';
/** Of one project and of all; the others wait. */
const MOST_OF_PROJECT = 2;
const MOST_AT_ONCE = 8;
/** Lines between two writes of the counts. */
const LINES_PER_NOTE = 50;

/** Batches that Weir runs itself, line by line, on any provider. They go on after a restart. */
export class Batches {
  readonly files: KeptFiles;
  readonly #options: BatchesOptions;
  readonly #running = new Map<string, Running>();
  readonly #turns = new BatchTurns({ mostOfProject: MOST_OF_PROJECT, most: MOST_AT_ONCE });
  #stopped = false;
  readonly #ends = new Set<Promise<void>>();

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.files = new KeptFiles(options);
  }

  /** From what a client of OpenAI's API asks for. */
  async create(owner: BatchOwner, asked: JsonObject): Promise<JsonObject> {
    const { endpoint, input_file_id: inputFileId, completion_window: window, metadata } = asked;
    if (typeof endpoint !== 'string' || !BATCH_ENDPOINTS.includes(endpoint)) {
      throw invalidRequest('endpoint', `must be one of ${BATCH_ENDPOINTS.join(', ')}`);
    }
    if (window !== undefined && window !== '24h') throw invalidRequest('completion_window', 'must be "24h"');
    const id = `batch_${uuidV7(this.#options.clock.now()).replaceAll('-', '')}`;
    return this.begin(owner, {
      id,
      endpoint,
      inputFileId: String(inputFileId),
      metadata: checkedMetadata(metadata),
    });
  }

  /** Keeps a batch whose input is there; its lines are asked when its turn comes. */
  async begin(owner: BatchOwner, of: NewBatch): Promise<JsonObject> {
    const batch = newBatch(of, this.#nowS());
    const { id } = of;
    await this.#note(id, { project_id: owner.projectId });
    const text = JSON.stringify(batch);
    await this.#options.objects.insert(
      this.files.row(owner, { id, kind: kindOf(id), text, credentialId: owner.keyId }),
    );
    this.#start(batch, owner);
    return batch;
  }

  /** As it is now; undefined when it does not live here. */
  async get(id: string, projectId: string): Promise<JsonObject | undefined> {
    const running = this.#running.get(id);
    if (running !== undefined && !this.#isElsewhere(running)) {
      return running.owner.projectId === projectId ? running.batch : undefined;
    }
    return this.#stored(id, projectId);
  }

  /** No further line starts; what is done is kept. */
  async cancel(id: string, projectId: string): Promise<JsonObject> {
    const running = this.#running.get(id);
    if (running !== undefined && running.owner.projectId === projectId && !isFinal(running.batch)) {
      running.cancelled = true;
      const cancelling = withStatus(running.batch, 'cancelling', this.#nowS());
      // Whoever runs it looks here.
      if (this.#isElsewhere(running)) await this.#note(id, { project_id: projectId, cancel: true });
      else await this.#show(running, cancelling);
      this.#turns.skip(id);
      return cancelling;
    }
    const stored = await this.#stored(id, projectId);
    if (stored === undefined || isFinal(stored)) {
      throw new WeirError('conflict', { message: 'This batch does not run any more.' });
    }
    // Whoever runs it looks here.
    await this.#note(id, { project_id: projectId, cancel: true });
    return withStatus(stored, 'cancelling', this.#nowS());
  }

  /** Goes on with what an earlier or a dead process left. */
  async resume(): Promise<void> {
    const { settings, objects } = this.#options;
    for (const { name: id, value } of await settings.all(UNFINISHED)) {
      if (this.#running.has(id)) continue;
      const { project_id: projectId } = JSON.parse(value) as { project_id: string };
      const [row, batch] = [await objects.get(id), await this.#stored(id, projectId)];
      if (row === undefined || batch === undefined || isFinal(batch)) await settings.delete(UNFINISHED, id);
      else this.#start(batch, { projectId, userId: row.user_id ?? undefined, keyId: row.credential_id });
    }
  }

  /** Starts no further line; resolves when those that run are kept. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#turns.close();
    await Promise.all(this.#ends);
  }

  /** Looks whether others took a batch over, or want it cancelled; to be called every half minute where there are others. */
  async lookAround(): Promise<void> {
    const { settings, leases } = this.#options;
    if (leases === undefined) return;
    const notes = new Map((await settings.all(UNFINISHED)).map(({ name, value }) => [name, value]));
    for (const [id, running] of this.#running) {
      if ((await running.lease?.renew()) === false) running.lost = true;
      const note = parseJson(notes.get(id) ?? '{}');
      if (!isObject(note) || note.cancel !== true) continue;
      running.cancelled = true;
      this.#turns.skip(id);
    }
    await this.resume();
  }

  #start(batch: JsonObject, owner: BatchOwner): void {
    const id = String(batch.id);
    const { leases, clock } = this.#options;
    const lease = leases === undefined ? undefined : new BatchLease(leases, clock);
    const running: Running = {
      batch,
      owner,
      lease,
      waits: true,
      cancelled: batch.status === 'cancelling',
      lost: false,
    };
    this.#running.set(id, running);
    const end = this.#runHere(running)
      .catch(async (error: unknown) => {
        this.#options.report(error, id);
        await this.#finish(running, withStatus(running.batch, 'failed', this.#nowS())).catch(() => undefined);
      })
      .finally(() => {
        this.#running.delete(id);
        this.#ends.delete(end);
      });
    this.#ends.add(end);
  }

  async #runHere(running: Running): Promise<void> {
    const id = String(running.batch.id);
    await this.#turns.take(id, running.owner.projectId);
    try {
      // A start goes on with it.
      if (this.#stopped) return;
      if (running.lease !== undefined && !(await running.lease.take(id))) return;
      running.waits = false;
      running.lost = false;
      if (await this.#isUpToDate(running)) await this.#run(running);
      await running.lease?.release();
    } finally {
      this.#turns.release(id);
    }
  }

  #isElsewhere({ lease, waits }: Running): boolean {
    return lease !== undefined && waits;
  }

  /** False when another process ended it while it waited here. */
  async #isUpToDate(running: Running): Promise<boolean> {
    if (running.lease === undefined) return true;
    const stored = await this.#stored(String(running.batch.id), running.owner.projectId);
    if (stored === undefined || isFinal(stored)) return false;
    running.batch = stored;
    return true;
  }

  async #run(running: Running): Promise<void> {
    const { owner } = running;
    const id = String(running.batch.id);
    const endpoint = String(running.batch.endpoint);
    const input = await this.files.content(String(running.batch.input_file_id), owner.projectId);
    const { lines, problems } = readBatchLines(input.toString('utf8'), {
      endpoint,
      maxLines: this.#options.maxLines(),
    });
    if (problems.length > 0) {
      const errors = { object: 'list', data: problems as unknown as Json };
      return this.#finish(running, { ...withStatus(running.batch, 'failed', this.#nowS()), errors });
    }
    const results = new LineResults(this.#options, this.files, id);
    const done = await results.all(owner.projectId);
    const counts = { total: lines.length, completed: 0, failed: 0 };
    for (const result of done.values()) counts[isGood(result) ? 'completed' : 'failed']++;
    const status = running.cancelled ? {} : withStatus({}, 'in_progress', this.#nowS());
    await this.#show(running, { ...running.batch, ...status, request_counts: { ...counts } });
    await runLines({
      lines: lines.filter(({ number }) => !done.has(number)),
      concurrency: this.#options.concurrency(),
      clock: this.#options.clock,
      isStopped: () => this.#stopped || running.lost || running.cancelled || this.#isExpired(running.batch),
      run: (line) => this.#options.runLine({ owner, batchId: id, endpoint, headers: lineHeaders(running.batch), line }),
      keep: async (line, result) => {
        await results.keep(owner, line.number, result);
        done.set(line.number, result);
        counts[isGood(result) ? 'completed' : 'failed']++;
        running.batch = { ...running.batch, request_counts: { ...counts } };
        if (done.size % LINES_PER_NOTE === 0) await this.#show(running, running.batch);
      },
    });
    const isWhole = done.size === lines.length;
    // A start, or the process that has it now, goes on with it.
    if (running.lost || (!isWhole && this.#stopped && !running.cancelled)) return;
    const end = isWhole && !running.cancelled ? 'completed' : running.cancelled ? 'cancelled' : 'expired';
    await this.#show(running, withStatus(running.batch, 'finalizing', this.#nowS()));
    if (isMessageBatch(id)) await keepMessageResults(this.files, { owner, batchId: id, lines, done, end });
    else await this.#writeFiles(running, done);
    await this.#finish(running, withStatus(running.batch, end, this.#nowS()));
    await results.forget(done.keys());
  }

  async #writeFiles(running: Running, done: ReadonlyMap<number, JsonObject>): Promise<void> {
    const inOrder = [...done].sort(([left], [right]) => left - right).map(([, result]) => result);
    const write = async (name: 'output' | 'error', results: readonly JsonObject[]) => {
      if (results.length === 0) return {};
      const file = await this.files.keep(running.owner, {
        filename: `${running.batch.id}_${name}.jsonl`,
        purpose: 'batch_output',
        bytes: Buffer.from(results.map((result) => `${JSON.stringify(result)}\n`).join('')),
      });
      return { [`${name}_file_id`]: file.id };
    };
    const good = await write('output', inOrder.filter(isGood));
    const bad = await write(
      'error',
      inOrder.filter((result) => !isGood(result)),
    );
    running.batch = { ...running.batch, ...good, ...bad } as JsonObject;
  }

  async #show(running: Running, batch: JsonObject): Promise<void> {
    running.batch = batch;
    const sealed = this.#options.seal.seal(running.owner.projectId, JSON.stringify(batch));
    await this.#options.objects.update(String(batch.id), sealed);
  }

  async #finish(running: Running, batch: JsonObject): Promise<void> {
    await this.#show(running, batch);
    await this.#options.settings.delete(UNFINISHED, String(batch.id));
  }

  #note(id: string, value: { project_id: string; cancel?: boolean }): Promise<void> {
    const { settings, clock } = this.#options;
    return settings.put({ kind: UNFINISHED, name: id, value: JSON.stringify(value), updated_at: clock.now() });
  }

  async #stored(id: string, projectId: string): Promise<JsonObject | undefined> {
    const text = await this.files.text(id, { kind: kindOf(id), projectId });
    const batch = text === undefined ? undefined : parseJson(text);
    return isObject(batch) ? batch : undefined;
  }

  #isExpired({ expires_at: expiresAt }: JsonObject): boolean {
    return typeof expiresAt === 'number' && this.#nowS() >= expiresAt;
  }

  #nowS(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }
}

function kindOf(id: string): 'batch' | 'message_batch' {
  return isMessageBatch(id) ? 'message_batch' : 'batch';
}

const MAX_METADATA = 16;

function checkedMetadata(metadata: Json | undefined): Json {
  if (metadata === undefined || metadata === null) return null;
  const entries = isObject(metadata) ? Object.entries(metadata) : undefined;
  const isFine = entries?.every(([name, value]) => name.length <= 64 && (asString(value)?.length ?? 513) <= 512);
  if (entries === undefined || isFine !== true || entries.length > MAX_METADATA) {
    throw invalidRequest('metadata', 'must be up to 16 texts of at most 512 characters, by names of at most 64');
  }
  return metadata;
}
