import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/schema.ts';
import type { Key, KeyStore } from '../features/access/key-store.ts';
import { Batches, type BatchesOptions, type BatchOwner } from '../features/batches/batches.ts';
import { MessageBatches } from '../features/batches/message-batches.ts';
import type { LineReply } from '../features/batches/run-batch.ts';
import type { ErrorEncoder } from '../http/error-body.ts';
import { WeirError } from '../kernel/errors.ts';
import { randomHex } from '../kernel/ids.ts';
import type { Clock } from '../ports/clock.ts';
import { describeBug } from './observing/describe-bug.ts';
import type { Log } from './observing/observability.ts';
import type { Stores } from './stores.ts';

export interface ComposedBatches {
  readonly batches: Batches;
  readonly messageBatches: MessageBatches;
  /** Keys, and what stands for the key of a batch's owner while one of its lines runs. */
  readonly keys: Pick<KeyStore, 'authenticate'>;
}

/** Batches whose lines go through the server like any client's request: the same checks, limits, pipeline and records. */
export function composeBatches(of: {
  config: () => Config;
  stores: Stores;
  clock: Clock;
  log: Log;
  errors: ErrorEncoder;
  app: () => FastifyInstance;
}): ComposedBatches {
  const { stores, clock, log, errors } = of;
  /** Who a running line speaks for, by a secret that never leaves this process. */
  const speaking = new Map<string, string>();
  const options: BatchesOptions = {
    objects: stores.storage.objects,
    settings: stores.storage.settings,
    ...(stores.isShared ? { leases: stores.storage.idempotency } : {}),
    seal: stores.seal,
    clock,
    concurrency: () => of.config().batches.concurrency,
    maxLines: () => of.config().batches.max_lines,
    report: (error, batchId) =>
      log.logger.error({ event: 'batch_failed', batch: batchId, ...describeBug(error) }, 'a batch could not be run'),
    async runLine({ owner, batchId, endpoint, headers, line }) {
      const secret = randomHex(32);
      speaking.set(secret, owner.keyId);
      try {
        return replyOf(
          await of.app().inject({
            method: 'POST',
            url: endpoint,
            headers: { ...headers, ...headersOf(owner, { secret, batchId, number: line.number }) },
            payload: JSON.stringify(line.body),
          }),
        );
      } catch {
        // The reply was broken off before its end, as a client would have seen it.
        const shape = endpoint === '/v1/messages' ? 'anthropic' : 'openai';
        return { status: 502, requestId: '', body: errors.body(brokenOff(), shape, '').toString() };
      } finally {
        speaking.delete(secret);
      }
    },
  };
  const batches = new Batches(options);
  return {
    batches,
    messageBatches: new MessageBatches(batches, options),
    keys: {
      authenticate(secret: string): Key {
        const keyId = speaking.size === 0 ? undefined : speaking.get(secret);
        return keyId === undefined ? stores.keys.authenticate(secret) : stores.keys.live(keyId);
      },
    },
  };
}

function brokenOff(): WeirError {
  return new WeirError('upstream.bad_reply', { message: 'The reply was broken off before its end.' });
}

function headersOf(owner: BatchOwner, of: { secret: string; batchId: string; number: number }): Record<string, string> {
  return {
    host: 'localhost',
    authorization: `Bearer ${of.secret}`,
    'content-type': 'application/json',
    // After a crash an answer that was kept is not paid for again.
    'idempotency-key': `${of.batchId}-${of.number}`,
    'x-weir-tags': `batch=${of.batchId}`,
    ...(owner.userId === undefined ? {} : { 'x-user-id': owner.userId }),
  };
}

function replyOf(response: Awaited<ReturnType<FastifyInstance['inject']>>): LineReply {
  const { statusCode: status, headers, body } = response;
  const pauseMs = Number(headers['retry-after-ms'] ?? Number.NaN);
  const requestId = String(headers['x-request-id'] ?? '');
  return { status, requestId, body, ...(Number.isFinite(pauseMs) ? { retryAfterMs: pauseMs } : {}) };
}
