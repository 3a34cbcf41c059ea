import { WeirError } from '../../kernel/errors.ts';
import { type CountedLimit, isDayLimit, type LimitName } from '../../kernel/limits.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Call } from '../../ports/call.ts';
import type { CallTokens, LimitCounters, LimitRefusal, LimitScope, LimitVerdict } from '../../ports/shared-state.ts';
import { callTokens } from '../call-tokens.ts';
import type { TokenEstimator } from '../estimate-tokens.ts';
import type { Stage } from '../stage.ts';

/** A limit refused, or would have. */
export interface LimitEvent {
  readonly scope: LimitScope;
  readonly name: LimitName;
  readonly shadow: boolean;
}

export interface LimitRateServices {
  /** Every scope with limits that this call is in; the same objects call after call. */
  readonly scopes: (call: Call) => readonly LimitScope[];
  readonly counters: LimitCounters;
  readonly estimator: TokenEstimator;
  readonly report: (event: LimitEvent) => void;
}

/** One step takes the call's share of every limit that applies, or of none; the end of the call puts the estimate right. */
export function limitRate(services: LimitRateServices): Stage {
  return {
    name: 'limitRate',
    around(call, next) {
      const scopes = services.scopes(call);
      if (scopes.length === 0) return next();
      const tokens = callTokens(call, services.estimator);
      const tooLarge = findTooLarge(scopes, tokens, services);
      if (tooLarge !== undefined) return Promise.reject(tooLarge);
      const verdict = services.counters.reserve(scopes, tokens);
      if (verdict instanceof Promise) return verdict.then((given) => proceed(call, given, { next, services }));
      return proceed(call, verdict, { next, services });
    },
    settle(call) {
      const grant = call.limitGrant;
      if (grant === undefined) return;
      call.limitGrant = undefined;
      services.counters.settle(grant, call.record?.tokens_used ?? 0);
    },
  };
}

function proceed(
  call: Call,
  verdict: LimitVerdict,
  of: { next: () => Promise<void>; services: LimitRateServices },
): Promise<void> {
  if (!verdict.granted) {
    of.services.report({ scope: verdict.scope, name: verdict.name, shadow: false });
    call.rate = ratesOf(verdict);
    return Promise.reject(refused(verdict));
  }
  const { shadowed } = verdict;
  if (shadowed !== undefined) of.services.report({ scope: shadowed.scope, name: shadowed.name, shadow: true });
  call.limitGrant = verdict;
  if (verdict.requests !== undefined || verdict.tokensLeft !== undefined) {
    call.rate = { requests: verdict.requests, tokens: verdict.tokensLeft };
  }
  return of.next();
}

/** What one call alone asks for too much of: no pause will make it fit. */
function findTooLarge(
  scopes: readonly LimitScope[],
  { asked }: CallTokens,
  services: LimitRateServices,
): WeirError | undefined {
  for (const scope of scopes) {
    const name = TOKEN_LIMITS.find((candidate) => asked > (scope.limits[candidate] ?? Number.POSITIVE_INFINITY));
    if (name === undefined) continue;
    services.report({ scope, name, shadow: scope.shadow });
    if (!scope.shadow) return tooLarge(scope, name, asked);
  }
  return undefined;
}

const TOKEN_LIMITS = ['tokens_per_request', 'tokens_per_minute', 'tokens_per_day'] as const;

function tooLarge(scope: LimitScope, name: LimitName, asked: number): WeirError {
  const limit = scope.limits[name] ?? 0;
  return new WeirError('request.too_large', {
    param: 'max_tokens',
    message: `The call asks for about ${asked} tokens (prompt and requested output); the ${scope.scope} may use ${limit} ${UNITS[name]}. Ask for less output or send less text.`,
    details: { scope: scope.scope, limit, used: asked, limit_name: name, retry_after_s: null },
  });
}

function refused({ scope, name, limit, used, retryAfterMs }: LimitRefusal): WeirError {
  const retryAfterS = Math.ceil(retryAfterMs / SECOND_MS);
  const isDay = isDayLimit(name);
  const when = isDay ? 'It starts anew at 00:00 UTC.' : `Try again in ${retryAfterS} s.`;
  return new WeirError('limit.rate', {
    message: `The ${scope.scope} has used ${used} of ${limit} ${UNITS[name]}. ${when}`,
    retryAfterMs,
    // Waiting for hours is not for a client library to decide.
    retryable: !isDay,
    details: { scope: scope.scope, limit, used, limit_name: name, retry_after_s: retryAfterS },
  });
}

const UNITS: Record<LimitName, string> = {
  requests_per_minute: 'requests per minute',
  requests_per_day: 'requests per day',
  tokens_per_minute: 'tokens per minute',
  tokens_per_day: 'tokens per day',
  tokens_per_request: 'tokens per request',
  concurrency: 'calls at the same time',
};

function ratesOf({ name, limit, used, retryAfterMs }: LimitRefusal): NonNullable<Call['rate']> {
  const reading = { limit, remaining: Math.max(0, limit - used), resetMs: retryAfterMs };
  return {
    requests: countsRequests(name) ? reading : undefined,
    tokens: name.startsWith('tokens') ? reading : undefined,
  };
}

function countsRequests(name: CountedLimit): boolean {
  return name.startsWith('requests');
}
