import type { usageRecordSchema } from '@weir/contract';
import type { z } from 'zod';

export type UsageRecord = z.infer<typeof usageRecordSchema>;

/** What a row of the list shows; a hundred thousand of them are kept while the list is open. */
export interface CallRow {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly target: string;
  readonly keyId: string;
  readonly success: boolean;
  readonly errorCode: string | null;
  readonly isCached: boolean;
  readonly attempts: number;
  readonly tookMs: number;
  readonly tokens: number;
  readonly costNano: number;
}

/** From a record, or from a live event, which has the number of attempts in their place. */
export function callRow(
  call: Pick<
    UsageRecord,
    'request_id' | 'timestamp' | 'provider' | 'model' | 'key_id' | 'success' | 'error_code' | 'cache'
  > & {
    readonly model_requested?: string | null;
    readonly attempts: number | readonly unknown[];
    readonly response_time_ms: number;
    readonly tokens_used: number;
    readonly cost_nano_usd: number;
  },
): CallRow {
  return {
    id: call.request_id,
    at: call.timestamp,
    target: [call.provider, call.model].filter(Boolean).join('/') || call.model_requested || '–',
    keyId: call.key_id,
    success: call.success,
    errorCode: call.error_code,
    isCached: call.cache === 'hit' || call.cache === 'semantic',
    attempts: typeof call.attempts === 'number' ? call.attempts : call.attempts.length,
    tookMs: call.response_time_ms,
    tokens: call.tokens_used,
    costNano: call.cost_nano_usd,
  };
}
