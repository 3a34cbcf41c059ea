import { isObject, type JsonObject } from '../../kernel/json.ts';
import { isFinal } from './batch-object.ts';

/** A batch as Anthropic's API shows it; `resultsUrl` is where its results can be had once it ended. */
export function messageBatchObject(batch: JsonObject, resultsUrl: string): JsonObject {
  const ended = isFinal(batch);
  const isCancelled = batch.cancelling_at !== null;
  return {
    id: batch.id ?? null,
    type: 'message_batch',
    processing_status: ended ? 'ended' : isCancelled ? 'canceling' : 'in_progress',
    request_counts: countsOf(batch),
    created_at: timeOf(batch.created_at),
    expires_at: timeOf(batch.expires_at),
    ended_at: ended ? timeOf(batch[`${String(batch.status)}_at`]) : null,
    archived_at: null,
    cancel_initiated_at: timeOf(batch.cancelling_at),
    results_url: ended && batch.status !== 'failed' ? resultsUrl : null,
  };
}

/** Until a batch ended all its requests count as processing, as the wire has it. */
function countsOf(batch: JsonObject): JsonObject {
  const { total, completed, failed } = isObject(batch.request_counts) ? batch.request_counts : {};
  const [all, succeeded, errored] = [Number(total), Number(completed), Number(failed)];
  const none = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  if (!isFinal(batch)) return { ...none, processing: all };
  const counts = { ...none, succeeded, errored };
  const rest = all - succeeded - errored;
  if (batch.status === 'cancelled') return { ...counts, canceled: rest };
  if (batch.status === 'expired') return { ...counts, expired: rest };
  return { ...counts, errored: errored + rest };
}

function timeOf(seconds: unknown): string | null {
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;
}
