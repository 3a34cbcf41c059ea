import type { Config } from '../config/schema.ts';
import { Deadlines } from '../gateway/deadlines.ts';
import { TokenEstimator } from '../gateway/estimate-tokens.ts';
import type { GuardServices } from '../gateway/guarding/guard-services.ts';
import { pipeline } from '../gateway/pipeline.ts';
import { CredentialChooser } from '../gateway/routing/choose-credential.ts';
import { RetryBudget } from '../gateway/routing/retry-budget.ts';
import { sessionPoint } from '../gateway/routing/session-point.ts';
import { TargetHealth } from '../gateway/routing/target-health.ts';
import type { Ranking, TargetBook } from '../gateway/routing/targets.ts';
import { StageRunner } from '../gateway/run-stages.ts';
import { type SettleElsewhere, settleElsewhere } from '../gateway/settle-elsewhere.ts';
import type { CacheServices } from '../gateway/stages/cache.ts';
import type { LimitRateServices } from '../gateway/stages/limit-rate.ts';
import type { RenderPromptServices } from '../gateway/stages/render-prompt.ts';
import type { ReserveBudgetServices } from '../gateway/stages/reserve-budget.ts';
import type { CallObserver } from '../gateway/stages/trace.ts';
import type { WeirError } from '../kernel/errors.ts';
import { usage } from '../kernel/usage.ts';
import type { Call } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContentSink } from '../ports/content-sink.ts';
import type { ConversationState } from '../ports/conversation-state.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PassThroughPayload } from '../ports/payload.ts';
import type { Pricing } from '../ports/pricing.ts';
import type { ProjectPolicies } from '../ports/project-policy.ts';
import type { Access, Provider } from '../ports/provider.ts';
import type { CredentialSource } from '../ports/secrets.ts';
import { splitterFor } from '../protocols/framing/splitter-for.ts';
import { editJson } from '../protocols/json-edit.ts';
import { ThreadedReplyChecker } from '../schema/reply-checker.ts';
import { replyRules } from './reply-rules.ts';

export interface GatewayParts {
  /** As it stands: a reload replaces it. */
  readonly config: () => Config;
  /** What projects decided for themselves; absent: nothing. */
  readonly policies?: ProjectPolicies;
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly fetch: Access['fetch'];
  readonly ledger: Ledger;
  readonly pricing: Pricing;
  readonly credentials: CredentialSource;
  /** Replaced when configuration changes, so it is asked for each time. */
  readonly book: () => TargetBook;
  readonly isDraining: () => boolean;
  readonly overload: () => WeirError | undefined;
  /** Absent: there are no stored prompts. */
  readonly prompts?: RenderPromptServices['render'];
  readonly conversations: ConversationState;
  readonly guards: GuardServices;
  readonly cache: CacheServices;
  /** Absent: prompts and replies are not kept. */
  readonly content?: ContentSink;
  readonly observers: readonly CallObserver[];
  /** Absent: nothing bounds calls. */
  readonly bounds?: GatewayBounds;
}

/** Limits and budgets as the pipeline needs them. */
export interface GatewayBounds {
  readonly limits: Omit<LimitRateServices, 'estimator'>;
  readonly budgets: Omit<ReserveBudgetServices, 'pricing' | 'nowMs'>;
}

export interface Gateway {
  readonly runner: StageRunner;
  readonly health: TargetHealth;
  readonly estimator: TokenEstimator;
  readonly checker: ThreadedReplyChecker;
  readonly settleElsewhere: SettleElsewhere;
}

const NO_POLICIES: ProjectPolicies = { section: () => undefined, version: () => '' };

/** The pipeline with everything it needs. */
export function composeGateway(parts: GatewayParts): Gateway {
  const { clock } = parts;
  const config = parts.config();
  const estimator = new TokenEstimator();
  const health = new TargetHealth({
    consecutiveFailures: config.breaker.consecutive_failures,
    failureRatio: config.breaker.failure_ratio,
    minimumCalls: config.breaker.minimum_calls,
    windowMs: config.breaker.window_ms,
    openMs: config.breaker.open_ms,
    maxOpenMs: config.breaker.max_open_ms,
  });
  const checker = new ThreadedReplyChecker({
    clock,
    deadlineMs: config.validation.deadline_ms,
    maxCharacters: config.validation.max_schema_characters,
    maxDepth: config.validation.max_schema_depth,
  });
  const reserving: ReserveBudgetServices = {
    ...(parts.bounds ?? UNBOUNDED).budgets,
    pricing: parts.pricing,
    nowMs: () => clock.now(),
  };
  const recording = { ledger: parts.ledger, pricing: parts.pricing, estimator, clock };
  const isRoute = (name: string) => parts.book().route(name) !== undefined;
  const runner: StageRunner = new StageRunner(
    pipeline({
      observers: parts.observers,
      admit: {
        isDraining: parts.isDraining,
        overload: parts.overload,
        isRoute,
      },
      prompts: { render: parts.prompts ?? unused, isRoute },
      conversations: parts.conversations,
      guards: parts.guards,
      limitRate: { ...(parts.bounds ?? UNBOUNDED).limits, estimator },
      reserveBudget: reserving,
      content: parts.content ?? NOTHING_KEPT,
      cache: parts.cache,
      chooseTarget: {
        book: parts.book,
        credentials: parts.credentials,
        chooser: new CredentialChooser(Math.random),
        health,
        clock,
        ranking: (call) => new CallRanking(call, parts, health),
      },
      validateReply: { rules: replyRules(parts.config, parts.policies ?? NO_POLICIES), checker },
      retry: {
        settings: (call) => retrySettings(parts.config(), call),
        budget: new RetryBudget({
          ratio: config.retry.budget_ratio,
          floorPerMinute: config.retry.budget_floor_per_minute,
        }),
        isResting: (call) =>
          call.target !== undefined && health.breaker(call.target).state(clock.monotonic()) === 'open',
        clock,
        random: Math.random,
      },
      recordUsage: recording,
      callProvider: {
        http: parts.http,
        clock,
        deadlines: new Deadlines(clock),
        splitterFor,
        maxReplyBytes: config.server.max_reply_bytes,
        health,
        fetch: parts.fetch,
        runner: () => runner,
        onUnsupported: () => parts.config().on_unsupported,
        rewriteModel,
      },
    }),
    clock,
  );
  const settle = settleElsewhere({ recordUsage: recording, reserveBudget: reserving });
  return { runner, health, estimator, checker, settleElsewhere: settle };
}

const unused = (): never => {
  throw new Error('nothing is bounded here');
};
const NOTHING_KEPT: ContentSink = { mode: () => undefined, maxBytes: () => 0, keep: unused };
const UNBOUNDED: GatewayBounds = {
  limits: { scopes: () => [], counters: { reserve: unused, settle: unused, read: unused }, report: unused },
  budgets: {
    inForce: () => [],
    counters: { reserve: unused, adjust: unused, settle: unused, read: unused, unplaced: unused, restore: unused },
    restore: unused,
    whenUnavailable: unused,
    defaultMaxOutput: unused,
    observer: { refused: unused, spent: unused },
  },
};

/** The body as the provider should get it: only the model's name may differ, in JSON and in forms. */
function rewriteModel({ body, json, modelSpan }: PassThroughPayload, model: string): Buffer | undefined {
  if (body === undefined) return undefined;
  if (modelSpan !== undefined) {
    if (body.toString('utf8', modelSpan.start, modelSpan.end) === model) return body;
    return Buffer.concat([body.subarray(0, modelSpan.start), Buffer.from(model), body.subarray(modelSpan.end)]);
  }
  return typeof json?.model === 'string' ? editJson(body, json, { set: { model } }) : body;
}

/**
 * What ranking may ask about a call. A class, because a getter in an object literal makes a hidden class of V8 per object:
 * those are old from birth, and through the getter each kept its whole call alive until the next full collection.
 */
class CallRanking implements Ranking {
  readonly random = Math.random;
  readonly #call: Call;
  readonly #parts: GatewayParts;
  readonly #health: TargetHealth;

  constructor(call: Call, parts: GatewayParts, health: TargetHealth) {
    this.#call = call;
    this.#parts = parts;
    this.#health = health;
  }

  latencyMs(provider: string, model: string): number | undefined {
    return this.#health.latencyMs(provider, model);
  }

  price(provider: Provider, model: string): number | undefined {
    return this.#parts.pricing.cost({
      provider: provider.definition.type,
      name: provider.name,
      model,
      usage: TYPICAL_USAGE,
      atMs: this.#parts.clock.now(),
    });
  }

  /** A hash that only sticky routes ask for. */
  get sessionPoint(): number | undefined {
    const { sessionId, userId } = this.#call.attribution;
    return sessionPoint(sessionId ?? userId);
  }
}

const TYPICAL_USAGE = usage({ input: 1000, output: 1000 });

function retrySettings(config: Config, call: Call) {
  const own = config.retry.provider[call.target?.provider.name ?? ''];
  return {
    maxRetries: own?.max_attempts ?? config.retry.max_attempts,
    baseDelayMs: config.retry.base_delay_ms,
    maxDelayMs: config.retry.max_delay_ms,
    jitter: config.retry.jitter,
  };
}
