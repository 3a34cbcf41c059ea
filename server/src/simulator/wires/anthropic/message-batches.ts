import type { Exchange, Route } from '../../exchange.ts';
import { isObject, type JsonObject, objectsIn } from '../../json.ts';
import { newId } from '../../new-id.ts';
import { WireError } from '../../wire-error.ts';
import { anthropicRefusal, anthropicFamily as family } from './family.ts';
import { answerMessage } from './messages.ts';

export const messageBatchRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/messages/batches', family, handle: createBatch },
  { method: 'GET', path: '/v1/messages/batches', family, handle: listBatches },
  {
    method: 'GET',
    path: '/v1/messages/batches/:id',
    family,
    handle: (exchange) => exchange.reply.json(find(exchange).batch),
  },
  { method: 'GET', path: '/v1/messages/batches/:id/results', family, handle: results },
  { method: 'POST', path: '/v1/messages/batches/:id/cancel', family, handle: cancel },
  { method: 'DELETE', path: '/v1/messages/batches/:id', family, handle: remove },
];

async function createBatch({ body, headers, world, reply }: Exchange): Promise<void> {
  const requests = isObject(body) ? objectsIn(body.requests) : [];
  if (requests.length === 0) throw anthropicRefusal('requests: Field required', 'requests');
  const now = Date.now();
  const id = newId('msgbatch_01');
  const stored = {
    lines: [] as JsonObject[],
    batch: {
      id,
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: requests.length, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + 86_400_000).toISOString(),
      ended_at: null,
      archived_at: null,
      cancel_initiated_at: null,
      results_url: null,
    } as JsonObject,
  };
  world.messageBatches.put(id, stored);
  const started = stored.batch;
  setImmediate(() => {
    stored.lines = requests.map((request) => runLine(request, headers['anthropic-version'], world.seed));
    stored.batch = ended(stored.batch, stored.lines);
  });
  return reply.json(started);
}

function runLine(request: JsonObject, version: unknown, seed: number): JsonObject {
  const custom_id = request.custom_id;
  try {
    return { custom_id, result: { type: 'succeeded', message: answerMessage(request.params, version, seed).message } };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { custom_id, result: { type: 'errored', error: family.encodeError(error.fields, newId('req_01')) } };
  }
}

function ended(batch: JsonObject, lines: JsonObject[]): JsonObject {
  const succeeded = lines.filter((line) => isObject(line.result) && line.result.type === 'succeeded').length;
  return {
    ...batch,
    processing_status: 'ended',
    request_counts: { processing: 0, succeeded, errored: lines.length - succeeded, canceled: 0, expired: 0 },
    ended_at: new Date().toISOString(),
    results_url: `https://api.anthropic.com/v1/messages/batches/${String(batch.id)}/results`,
  };
}

async function listBatches({ world, reply }: Exchange): Promise<void> {
  const data = world.messageBatches.newestFirst().map((stored) => stored.batch);
  return reply.json({ data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
}

function find({ params, world }: Exchange) {
  const found = world.messageBatches.get(params.id ?? '');
  if (!found)
    throw new WireError({ status: 404, type: 'not_found_error', message: `Batch ${params.id} was not found.` });
  return found;
}

async function results(exchange: Exchange): Promise<void> {
  const { batch, lines } = find(exchange);
  if (batch.processing_status !== 'ended') throw anthropicRefusal('The batch has not ended yet.');
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return exchange.reply.bytes(Buffer.from(text), 'application/x-jsonl');
}

/** Batches end at once, so there is never anything left to cancel. */
async function cancel(exchange: Exchange): Promise<void> {
  return exchange.reply.json(find(exchange).batch);
}

async function remove(exchange: Exchange): Promise<void> {
  find(exchange);
  exchange.world.messageBatches.delete(exchange.params.id ?? '');
  return exchange.reply.json({ id: exchange.params.id, type: 'message_batch_deleted' });
}
