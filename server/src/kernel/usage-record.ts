import type { ErrorCode } from './errors.ts';
import type { Finding } from './finding.ts';
import type { Usage } from './usage.ts';

/** exact: counted by the provider and priced · estimated: counted by Weir · unpriced: no price is known, cost is 0. */
export type CostState = 'exact' | 'estimated' | 'unpriced';

/** Disjoint token buckets as the ledger writes them (see kernel/usage.ts). */
export interface TokenBuckets {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly output: number;
  readonly reasoning: number;
  readonly audio_input: number;
  readonly audio_output: number;
  readonly images: number;
}

export const NO_TOKENS: TokenBuckets = {
  input: 0,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  output: 0,
  reasoning: 0,
  audio_input: 0,
  audio_output: 0,
  images: 0,
};

/** What a call waited for inside Weir before it left for a provider: one stage's own time, without those that came after it. */
export interface StageRecord {
  /** As the pipeline names it (see gateway/pipeline.ts); `receive`: until it was let in and read. */
  readonly stage: string;
  /** Milliseconds from the call's arrival. */
  readonly started_ms: number;
  readonly duration_ms: number;
}

/** One try against one target that reached an upstream. */
export interface AttemptRecord {
  /** 1 for the first. */
  readonly attempt: number;
  readonly provider: string;
  readonly model: string;
  readonly credential: string;
  /** Why this attempt was made: first | retry | fallback | reask. */
  readonly reason: 'first' | 'retry' | 'fallback' | 'reask';
  /** HTTP status of the upstream; 0 when it never answered. */
  readonly status: number;
  readonly error_code: ErrorCode | null;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly tokens: TokenBuckets;
  readonly cost_nano_usd: number;
  readonly cost_state: CostState;
  /** The reply ended early: client gone, cut stream, deadline. */
  readonly partial: boolean;
}

/** One call as the ledger keeps it and as `GET /api/v1/usage/records` shows it. */
export interface UsageRecord {
  /** Unique; equals the reply's x-request-id. */
  readonly request_id: string;
  /** Epoch milliseconds of arrival. */
  readonly timestamp: number;
  readonly project_id: string;
  readonly key_id: string;
  readonly user_id: string | null;
  readonly agent_type: string | null;
  readonly session_id: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly run_id: string | null;
  readonly step: string | null;
  readonly conversation_id: string | null;
  readonly prompt: string | null;
  readonly prompt_version: number | null;
  /** Client wire: openai-chat, anthropic-messages, sampling, llm, inference, ... */
  readonly wire: string;
  readonly operation: string;
  /** Of the target that answered, or of the last one tried; null when none was reached. */
  readonly provider: string | null;
  readonly model: string | null;
  readonly model_requested: string | null;
  readonly stream: boolean;
  /** HTTP status the client got. */
  readonly status: number;
  readonly success: boolean;
  readonly error_code: ErrorCode | null;
  /** Class name of the error and safe message; null on success. */
  readonly error: string | null;
  readonly cache: 'hit' | 'semantic' | 'miss' | 'bypass';
  /** What the call would have cost without Weir's cache; 0 unless it was a hit. */
  readonly saved_nano_usd: number;
  /** What guardrails found, without the text. */
  readonly findings: readonly Finding[];
  /** Only those that took 0.1 ms or longer. */
  readonly stages: readonly StageRecord[];
  readonly attempts: readonly AttemptRecord[];
  readonly response_time_ms: number;
  /** Null when not streamed or no part reached the client. */
  readonly time_to_first_token_ms: number | null;
  /** Weir's own share of the response time. */
  readonly overhead_ms: number;
  /** Sums over the attempts. */
  readonly tokens: TokenBuckets;
  readonly tokens_used: number;
  readonly cost_usd: number;
  readonly cost_nano_usd: number;
  readonly cost_state: CostState;
}

/** Written before an attempt leaves, so that a killed process leaves a trace of what may have been billed. */
export interface IntentRecord {
  readonly request_id: string;
  readonly attempt: number;
  readonly timestamp: number;
  readonly project_id: string;
  readonly key_id: string;
  readonly user_id: string | null;
  readonly agent_type: string | null;
  readonly wire: string;
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
  readonly model_requested: string | null;
  readonly stream: boolean;
  /** Estimated prompt tokens and the output limit asked for (0 when none): the worst case is their price. */
  readonly estimated_input: number;
  readonly estimated_output: number;
  readonly estimated_cost_nano_usd: number;
  /** Absent in lines of versions without workflows. */
  readonly run_id?: string | null;
  readonly step?: string | null;
  /** Absent in lines of versions without stored prompts. */
  readonly prompt?: string | null;
  readonly prompt_version?: number | null;
}

/** Usage as the ledger writes it. */
export function bucketsOf(of: Usage): TokenBuckets {
  return {
    input: of.input,
    cache_read: of.cacheRead,
    cache_write_5m: of.cacheWrite5m,
    cache_write_1h: of.cacheWrite1h,
    output: of.output,
    reasoning: of.reasoning,
    audio_input: of.audioInput,
    audio_output: of.audioOutput,
    images: of.images,
  };
}

/** The ledger's buckets as the usage that pricing and codecs read. */
export function usageOf(tokens: TokenBuckets): Usage {
  return {
    input: tokens.input,
    cacheRead: tokens.cache_read,
    cacheWrite5m: tokens.cache_write_5m,
    cacheWrite1h: tokens.cache_write_1h,
    output: tokens.output,
    reasoning: tokens.reasoning,
    audioInput: tokens.audio_input,
    audioOutput: tokens.audio_output,
    images: tokens.images,
  };
}
