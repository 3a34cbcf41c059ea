import { isDone } from '../../kernel/chat.ts';
import { toWeirError, type WeirError } from '../../kernel/errors.ts';
import { NANO_PER_USD } from '../../kernel/money.ts';
import { roundMilliseconds } from '../../kernel/round-milliseconds.ts';
import { addUsage, inputTokens, NO_USAGE, totalTokens, type Usage, usage } from '../../kernel/usage.ts';
import {
  type AttemptRecord,
  bucketsOf,
  type CostState,
  type IntentRecord,
  type TokenBuckets,
  type UsageRecord,
  usageOf,
} from '../../kernel/usage-record.ts';
import { type Call, newProgress, type Outcome, type Target } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Pricing } from '../../ports/pricing.ts';
import { promptCharacters, requestedOutput, unseenOutput } from '../call-tokens.ts';
import type { TokenEstimator } from '../estimate-tokens.ts';
import type { Stage } from '../stage.ts';

export interface RecordUsageServices {
  readonly ledger: Ledger;
  readonly pricing: Pricing;
  readonly estimator: TokenEstimator;
  readonly clock: Clock;
}

/** An intent before each attempt leaves, its tokens and cost after, and one record per call before the last byte. */
export function recordUsage(services: RecordUsageServices): Stage {
  return {
    name: 'recordUsage',
    async around(call, next) {
      const target = call.target as Target;
      const startedAt = services.clock.now();
      const startedMono = services.clock.monotonic();
      call.progress = newProgress();
      await services.ledger.intend(intentOf(call, target, { startedAt, services }));
      let error: WeirError | undefined;
      try {
        await next();
      } catch (thrown) {
        error = toWeirError(thrown);
        throw error;
      } finally {
        const durationMs = services.clock.monotonic() - startedMono;
        if (call.progress.sent || error === undefined || error.fault === 'upstream') {
          call.attempts.push(attemptOf(call, target, { startedAt, durationMs, error, services }));
        }
      }
    },
    skimmed(call, _bytes, { characters }) {
      call.progress.outputCharacters += characters;
    },
    part(call, part, emit) {
      switch (part.type) {
        case 'text-delta':
        case 'reasoning-delta':
        case 'refusal-delta':
          call.progress.outputCharacters += part.text.length;
          break;
        case 'tool-call-delta':
          call.progress.outputCharacters += part.argumentsText.length;
          break;
        case 'usage':
          call.progress.usage = part.usage;
          break;
        case 'finish':
          if (!isDone(part.reason)) call.progress.unfinished = true;
          break;
      }
      emit(part);
    },
    async settle(call, outcome) {
      const record = recordOf(call, outcome, services.clock);
      call.record = record;
      await services.ledger.settle(record);
    },
  };
}

function intentOf(call: Call, target: Target, of: { startedAt: number; services: RecordUsageServices }): IntentRecord {
  const input = of.services.estimator.estimate(target.model, promptCharacters(call));
  const output = requestedOutput(call) ?? 0;
  return {
    request_id: call.id,
    attempt: call.attempts.length + 1,
    timestamp: of.startedAt,
    project_id: call.caller.projectId,
    key_id: call.caller.keyId,
    user_id: call.attribution.userId ?? null,
    agent_type: call.attribution.agentType ?? null,
    wire: call.wire,
    operation: call.operation,
    provider: target.provider.name,
    model: target.model,
    model_requested: call.models[0] ?? null,
    stream: call.stream,
    estimated_input: input,
    estimated_output: output,
    // A call that dies is settled at what its budgets hold for it.
    estimated_cost_nano_usd: call.reservedNano ?? priceOf(target, usage({ input, output }), of.services) ?? 0,
    run_id: call.run?.runId ?? null,
    step: call.run?.step ?? null,
    prompt: call.usedPrompt?.name ?? null,
    prompt_version: call.usedPrompt?.version ?? null,
  };
}

function attemptOf(
  call: Call,
  target: Target,
  of: { startedAt: number; durationMs: number; error: WeirError | undefined; services: RecordUsageServices },
): AttemptRecord {
  const counted = countTokens(call, target, of);
  const heldNano = isUnseen(call, of.error) ? call.reservedNano : undefined;
  const cost = heldNano ?? priceOf(target, counted.usage, of.services);
  const free = totalTokens(counted.usage) === 0 && counted.usage.images === 0;
  // Seconds of sound and the like are billed by what the reply does not tell; an estimate of the prompt is not the price.
  const unmetered =
    heldNano === undefined &&
    call.payload.kind === 'pass-through' &&
    counted.state === 'estimated' &&
    call.payload.readUsage({}) === undefined;
  return {
    attempt: call.attempts.length + 1,
    provider: target.provider.name,
    model: target.model,
    credential: target.credential.id,
    reason: call.nextReason,
    status: call.progress.status,
    error_code: of.error?.code ?? null,
    started_at: of.startedAt,
    duration_ms: roundMilliseconds(of.durationMs),
    tokens: bucketsOf(counted.usage),
    cost_nano_usd: unmetered ? 0 : (cost ?? 0),
    cost_state: unmetered || (cost === undefined && !free) ? 'unpriced' : counted.state,
    partial: call.progress.partial,
  };
}

/**
 * The provider's count when it sent one. A reply without usage, or one that ended early, is estimated from its characters;
 * an attempt that was given up after it was sent may have been billed, so its prompt counts, and the reply that nobody saw.
 */
function countTokens(
  call: Call,
  target: Target,
  of: { error: WeirError | undefined; services: RecordUsageServices },
): { usage: Usage; state: CostState } {
  const { usage: told, outputCharacters, partial } = call.progress;
  const { estimator } = of.services;
  if (told !== undefined && !partial) {
    estimator.learn(target.model, promptCharacters(call), inputTokens(told));
    return { usage: told, state: 'exact' };
  }
  const worked = of.error === undefined || outputCharacters > 0 || isSilentTimeout(call, of.error);
  if (!worked) return { usage: told ?? NO_USAGE, state: 'exact' };
  const prompt = told === undefined ? usage({ input: estimator.estimate(target.model, promptCharacters(call)) }) : told;
  if (isUnseen(call, of.error)) return { usage: { ...prompt, output: unseenOutput(call) }, state: 'estimated' };
  const seen = estimator.estimate(target.model, outputCharacters);
  const reasoning = Math.min(prompt.reasoning, seen);
  return { usage: { ...prompt, output: Math.max(prompt.output, seen - reasoning) }, state: 'estimated' };
}

/** We or the client gave up on a request that had left: it may be billed. An upstream's own 408 or 504 is an answer. */
function isSilentTimeout(call: Call, error: WeirError): boolean {
  if (!call.progress.sent) return false;
  return error.code === 'call.cancelled' || (error.code === 'upstream.timeout' && error.details.phase !== undefined);
}

/** The provider may make, and bill, the whole of a reply that does not stream; a stream ends with its connection. */
function isUnseen(call: Call, error: WeirError | undefined): boolean {
  return !call.stream && error !== undefined && call.progress.status < 300 && isSilentTimeout(call, error);
}

function priceOf(target: Target, of: Usage, services: RecordUsageServices): number | undefined {
  return services.pricing.cost({
    provider: target.provider.definition.type,
    ...(target.provider.name === target.provider.definition.type ? {} : { name: target.provider.name }),
    model: target.model,
    usage: of,
    atMs: services.clock.now(),
  });
}

function recordOf(call: Call, outcome: Outcome, clock: Clock): UsageRecord {
  const last = call.attempts.at(-1);
  const tokens = sumOf(call.attempts);
  const nano = call.attempts.reduce((sum, attempt) => sum + attempt.cost_nano_usd, 0);
  const elapsedMs = clock.monotonic() - call.startedMono;
  const { error } = outcome;
  return {
    request_id: call.id,
    timestamp: call.startedAt,
    project_id: call.caller.projectId,
    key_id: call.caller.keyId,
    user_id: call.attribution.userId ?? null,
    agent_type: call.attribution.agentType ?? null,
    session_id: call.attribution.sessionId ?? null,
    tags: call.attribution.tags,
    run_id: call.run?.runId ?? null,
    step: call.run?.step ?? null,
    conversation_id: call.conversation?.id ?? null,
    prompt: call.usedPrompt?.name ?? null,
    prompt_version: call.usedPrompt?.version ?? null,
    wire: call.wire,
    operation: call.operation,
    provider: last?.provider ?? call.target?.provider.name ?? call.replayed?.provider ?? null,
    model: last?.model ?? call.target?.model ?? call.replayed?.model ?? null,
    model_requested: call.models[0] ?? null,
    stream: call.stream,
    status: outcome.status,
    success: error === undefined,
    error_code: error?.code ?? null,
    error: error === undefined ? null : error.name,
    cache: call.cache,
    saved_nano_usd: call.savedNanoUsd,
    findings: call.findings,
    stages: call.stages,
    attempts: call.attempts,
    response_time_ms: roundMilliseconds(elapsedMs),
    time_to_first_token_ms:
      call.stream && call.firstPartMono !== undefined ? roundMilliseconds(call.firstPartMono - call.startedMono) : null,
    overhead_ms: roundMilliseconds(Math.max(0, elapsedMs - call.waitedMs)),
    tokens,
    tokens_used: totalTokens(usageOf(tokens)),
    cost_usd: nano / NANO_PER_USD,
    cost_nano_usd: nano,
    cost_state: worstState(call.attempts),
  };
}

function sumOf(attempts: readonly AttemptRecord[]): TokenBuckets {
  const only = attempts[0];
  if (only !== undefined && attempts.length === 1) return only.tokens;
  return bucketsOf(attempts.reduce((sum, attempt) => addUsage(sum, usageOf(attempt.tokens)), NO_USAGE));
}

function worstState(attempts: readonly AttemptRecord[]): CostState {
  let state: CostState = 'exact';
  for (const attempt of attempts) {
    if (attempt.cost_state === 'unpriced') return 'unpriced';
    if (attempt.cost_state === 'estimated') state = 'estimated';
  }
  return state;
}
