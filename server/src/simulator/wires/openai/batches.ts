import { checkFields } from '../../check-fields.ts';
import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { newId } from '../../new-id.ts';
import type { StoredBatch } from '../../stored-objects.ts';
import { WireError } from '../../wire-error.ts';
import type { World } from '../../world.ts';
import { answerChat } from '../openai-chat/chat-handler.ts';
import { encodeChatReply } from '../openai-chat/chat-reply.ts';
import { answerResponses } from '../openai-responses/responses.ts';
import { answerCompletion } from './completions.ts';
import { answerEmbeddings } from './embeddings.ts';
import {
  encodeOpenAiError,
  openAiFamily as family,
  openAiFieldError,
  openAiNotFound,
  openAiRefusal,
} from './family.ts';
import { keepFile } from './files.ts';
import { openAiDialect } from './openai-dialect.ts';

type LineRunner = (body: unknown, world: World) => JsonObject;

const ENDPOINTS: Readonly<Record<string, LineRunner>> = {
  '/v1/chat/completions': (body, { seed }) =>
    encodeChatReply(answerChat(body, { dialect: openAiDialect, seed, requestId: newId('req_') })),
  '/v1/responses': (body, world) => answerResponses(body, world).finished,
  '/v1/embeddings': (body) => answerEmbeddings(body),
  '/v1/completions': (body, { seed }) => answerCompletion(body, seed),
};

export const batchesRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/batches', family, handle: createBatch },
  { method: 'GET', path: '/v1/batches', family, handle: listBatches },
  {
    method: 'GET',
    path: '/v1/batches/:id',
    family,
    handle: (exchange) => exchange.reply.json(findBatch(exchange).batch),
  },
  { method: 'POST', path: '/v1/batches/:id/cancel', family, handle: cancelBatch },
];

async function createBatch({ body, world, reply }: Exchange): Promise<void> {
  if (!isObject(body)) throw openAiRefusal('The request body must be a JSON object.', 'body');
  const names = ['input_file_id', 'endpoint', 'completion_window'];
  const problem = checkFields(
    body,
    names.map((name) => ({ name, kinds: ['string'], required: true })),
  );
  if (problem) throw openAiFieldError(problem);
  const run = ENDPOINTS[String(body.endpoint)];
  if (!run) throw openAiRefusal(`Batches cannot call '${String(body.endpoint)}'.`, 'endpoint');
  const input = world.files.get(String(body.input_file_id));
  if (!input) throw openAiNotFound(`File '${String(body.input_file_id)}'`, 'input_file_id');
  const stored = { batch: newBatch(body) };
  world.batches.put(String(stored.batch.id), stored);
  setImmediate(() => runBatch(stored, input.bytes.toString(), { run, world }));
  return reply.json(stored.batch);
}

function newBatch(body: JsonObject): JsonObject {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: newId('batch_'),
    object: 'batch',
    endpoint: body.endpoint,
    errors: null,
    input_file_id: body.input_file_id,
    completion_window: body.completion_window,
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: now,
    expires_at: now + 86_400,
    request_counts: { total: 0, completed: 0, failed: 0 },
    metadata: body.metadata ?? null,
  };
}

function runBatch(stored: StoredBatch, text: string, { run, world }: { run: LineRunner; world: World }): void {
  if (stored.batch.status !== 'validating') return;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const results = lines.map((line) => runLine(line, run, world));
  const done = results.filter((result) => result.error === null);
  const failed = results.filter((result) => result.error !== null);
  const keep = (some: JsonObject[], name: string) =>
    some.length === 0
      ? null
      : keepFile(world, {
          bytes: Buffer.from(some.map((result) => `${JSON.stringify(result)}\n`).join('')),
          filename: `${String(stored.batch.id)}_${name}.jsonl`,
          purpose: 'batch_output',
        }).id;
  stored.batch = {
    ...stored.batch,
    status: 'completed',
    completed_at: Math.floor(Date.now() / 1000),
    output_file_id: keep(done, 'output'),
    error_file_id: keep(failed, 'error'),
    request_counts: { total: lines.length, completed: done.length, failed: failed.length },
  };
}

function runLine(line: string, run: LineRunner, world: World): JsonObject {
  const id = newId('batch_req_');
  let customId: unknown = null;
  try {
    const request: unknown = JSON.parse(line);
    customId = isObject(request) ? request.custom_id : null;
    const body = run(isObject(request) ? request.body : undefined, world);
    return { id, custom_id: customId, response: { status_code: 200, request_id: newId('req_'), body }, error: null };
  } catch (error) {
    if (!(error instanceof WireError) && !(error instanceof SyntaxError)) throw error;
    const fields =
      error instanceof WireError ? error.fields : { status: 400, type: 'invalid_json', message: error.message };
    const response = { status_code: fields.status, request_id: newId('req_'), body: encodeOpenAiError(fields) };
    return { id, custom_id: customId, response, error: { code: fields.type, message: fields.message } };
  }
}

async function listBatches({ world, reply }: Exchange): Promise<void> {
  const data = world.batches.newestFirst().map((stored) => stored.batch);
  return reply.json({
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: false,
  });
}

function findBatch({ params, world }: Exchange): StoredBatch {
  const found = world.batches.get(params.id ?? '');
  if (!found) throw openAiNotFound(`Batch '${params.id}'`, 'id');
  return found;
}

async function cancelBatch(exchange: Exchange): Promise<void> {
  const stored = findBatch(exchange);
  if (stored.batch.status === 'validating') stored.batch = { ...stored.batch, status: 'cancelled' };
  return exchange.reply.json(stored.batch);
}
