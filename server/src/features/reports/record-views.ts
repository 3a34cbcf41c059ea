import type { UsageRecord } from '../../kernel/usage-record.ts';

/** A call as telemetry of an inference. */
export interface TelemetryView {
  /** The call's request id. */
  readonly id: string;
  readonly user_id: string | null;
  /** As the client asked for it when no target was reached. */
  readonly model: string | null;
  readonly provider: string | null;
  readonly tokens: number;
  /** Seconds. */
  readonly duration: number;
  readonly status: 'success' | 'error';
  /** Class name and safe message; null on success. */
  readonly error: string | null;
  /** ISO 8601 */
  readonly created_at: string;
}

/** What a call cost. */
export interface CostView {
  readonly id: string;
  readonly user_id: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly tokens: number;
  /** USD */
  readonly cost: number;
  readonly created_at: string;
}

export function telemetryView(record: UsageRecord): TelemetryView {
  return {
    ...common(record),
    duration: Math.round(record.response_time_ms * 1000) / 1_000_000,
    status: record.success ? 'success' : 'error',
    error: record.error ?? record.error_code,
  };
}

export function costView(record: UsageRecord): CostView {
  return { ...common(record), cost: record.cost_usd };
}

function common(record: UsageRecord) {
  return {
    id: record.request_id,
    user_id: record.user_id,
    model: record.model ?? record.model_requested,
    provider: record.provider,
    tokens: record.tokens_used,
    created_at: new Date(record.timestamp).toISOString(),
  };
}
