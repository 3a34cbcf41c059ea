import { isWeirError, WeirError } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Call, Pin, Target, TimeLimits } from '../../ports/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Credential } from '../../ports/provider.ts';
import type { CredentialSource } from '../../ports/secrets.ts';
import type { CredentialChooser } from '../routing/choose-credential.ts';
import type { TargetHealth } from '../routing/target-health.ts';
import type { Candidate, Ranking, TargetBook } from '../routing/targets.ts';
import type { Stage } from '../stage.ts';

export interface ChooseTargetServices {
  readonly book: () => TargetBook;
  readonly credentials: CredentialSource;
  readonly chooser: CredentialChooser;
  readonly health: TargetHealth;
  readonly clock: Clock;
  readonly ranking: (call: Call) => Ranking;
}

/** Resolves the model name to targets and goes down the list until one answers or bytes reached the client. */
export function chooseTarget(services: ChooseTargetServices): Stage {
  return {
    name: 'chooseTarget',
    async around(call, next) {
      const failures: { target: string; error: WeirError }[] = [];
      const candidates = candidatesOf(call, services);
      for (const candidate of candidates) {
        const before = failures.at(-1);
        if (before !== undefined) call.fallbackCause = `${before.target}: ${before.error.code}`;
        const failure = await tryCandidate(call, candidate, { services, next, fellBack: before !== undefined });
        if (failure === undefined) return;
        failures.push({ target: `${candidate.provider.name}/${candidate.model}`, error: failure });
        const cheaper = degradedCandidates(call, services);
        // A list that grows while it is gone through: the cheaper model's targets come next and last.
        if (cheaper.length > 0) candidates.splice(candidates.indexOf(candidate) + 1, Infinity, ...cheaper);
        else if (!mayFallBack(call, failure, services.clock.monotonic())) throw failure;
      }
      throw lastOf(failures);
    },
  };
}

function candidatesOf(call: Call, services: ChooseTargetServices): Candidate[] {
  return call.pinned === undefined ? resolved(call, services) : [pinnedCandidate(call, call.pinned, services)];
}

/** A budget that is used up may name another model to go on with, once. */
function degradedCandidates(call: Call, services: ChooseTargetServices): Candidate[] {
  const { degradeTo } = call;
  if (degradeTo === undefined || call.committed || call.cancelled || call.pinned !== undefined) return [];
  call.degradeTo = undefined;
  call.degraded = true;
  return resolved(call, services, [degradeTo]);
}

function resolved(call: Call, services: ChooseTargetServices, names: readonly string[] = call.models): Candidate[] {
  const ranking = services.ranking(call);
  const found: Candidate[] = [];
  for (const name of names) {
    const { candidates, route } = services.book().resolve(name, ranking);
    if (route?.timeoutMs !== undefined) call.limits = routeLimits(call.limits, route.timeoutMs);
    found.push(...candidates);
  }
  return found;
}

/** A route's own limit of the whole call; a client that asked for less gets less. */
function routeLimits(limits: TimeLimits, routeMs: number): TimeLimits {
  const totalMs = limits.askedByClient === true ? Math.min(limits.totalMs, routeMs) : routeMs;
  const attemptMs = limits.attemptMs === limits.totalMs ? totalMs : Math.min(limits.attemptMs, totalMs);
  return { ...limits, totalMs, attemptMs };
}

/** An object that lives at a provider is reached there or not at all. */
function pinnedCandidate(call: Call, pin: Pin, services: ChooseTargetServices): Candidate {
  const provider = services.book().provider(pin.provider);
  if (provider === undefined) throw new WeirError('resource.not_found');
  if (call.models.length === 0) return { provider, model: '', timeoutMs: undefined };
  const there = resolved(call, services).find((candidate) => candidate.provider.name === pin.provider);
  if (there !== undefined) return there;
  throw new WeirError('request.invalid', {
    param: 'model',
    message: `model: what this request refers to lives at ${pin.provider}, which does not answer "${call.models[0]}".`,
  });
}

/** All credentials of one candidate in turn; undefined on success. */
async function tryCandidate(
  call: Call,
  candidate: Candidate,
  run: { services: ChooseTargetServices; next: () => Promise<void>; fellBack: boolean },
): Promise<WeirError | undefined> {
  const { services } = run;
  const pool = poolOf(call, candidate, services.credentials);
  if (pool.length === 0) return noCredential(call, candidate);
  const tried: Credential[] = [];
  let failure: WeirError | undefined;
  for (let turn = 0; turn <= pool.length; turn++) {
    const nowMono = services.clock.monotonic();
    const target = nextTarget(pool, candidate, { services, tried, nowMono });
    if (target === undefined) return failure ?? unavailable(candidate, pool, { services, nowMono });
    tried.push(target.credential);
    if (call.attempts.length > 0 || run.fellBack) call.nextReason = 'fallback';
    call.target = target;
    const breaker = services.health.breaker(target);
    const isProbe = breaker.state(nowMono) === 'half-open';
    try {
      await run.next();
      return undefined;
    } catch (thrown) {
      if (!isWeirError(thrown)) throw thrown;
      failure = thrown;
      if (call.committed || call.cancelled || !anotherCredentialHelps(thrown)) return failure;
    } finally {
      // A try that ended without a verdict on the target (client error, client gone) must not keep the only probe.
      if (isProbe) breaker.neutral();
    }
  }
  return failure;
}

function poolOf(call: Call, candidate: Candidate, credentials: CredentialSource): readonly Credential[] {
  const pool = credentials.pool(candidate.provider, {
    projectId: call.caller.projectId,
    userId: call.attribution.userId,
  });
  const pinned = call.pinned?.credentialId;
  return pinned === undefined ? pool : pool.filter((credential) => credential.id === pinned);
}

function noCredential(call: Call, candidate: Candidate): WeirError {
  const user = call.attribution.userId;
  return new WeirError('credential.not_found', {
    message: `No credential for ${candidate.provider.name}${user === undefined ? '' : ` for user ${user}`}. Set ${
      candidate.provider.definition.environment.apiKey[0] ?? `providers.${candidate.provider.name}.api_key`
    } or add one with POST /api/v1/credentials.`,
    details: { provider: candidate.provider.name, ...(user === undefined ? {} : { user_id: user }) },
  });
}

function nextTarget(
  pool: readonly Credential[],
  candidate: Candidate,
  of: { services: ChooseTargetServices; tried: readonly Credential[]; nowMono: number },
): Target | undefined {
  const { services } = of;
  const targetOf = (credential: Credential): Target => services.health.target(candidate, credential);
  const blocked = (credential: Credential) =>
    of.tried.includes(credential) || !services.health.breaker(targetOf(credential)).couldPass(of.nowMono);
  const healthy = (credential: Credential) => blocked(credential) || services.health.isRefused(targetOf(credential));
  const nowMs = services.clock.now();
  const chosen =
    services.chooser.choose(pool, { nowMs, skip: healthy }) ?? services.chooser.choose(pool, { nowMs, skip: blocked });
  if (chosen === undefined) return undefined;
  const target = targetOf(chosen);
  return services.health.breaker(target).tryPass(of.nowMono) ? target : undefined;
}

/** No credential could be used: their breakers are open or their limits reached. Fast, with the time until a probe. */
function unavailable(
  candidate: Candidate,
  pool: readonly Credential[],
  of: { services: ChooseTargetServices; nowMono: number },
): WeirError {
  const waits = pool.map((credential) =>
    of.services.health.breaker(of.services.health.target(candidate, credential)).retryInMs(of.nowMono),
  );
  const retryAfterMs = Math.max(SECOND_MS, Math.min(...waits));
  return new WeirError('upstream.unavailable', {
    message: `${candidate.provider.name}/${candidate.model} is resting after repeated failures or is at its limit.`,
    retryAfterMs,
    details: { type: 'breaker_open', provider: candidate.provider.name, model: candidate.model },
  });
}

function anotherCredentialHelps(error: WeirError): boolean {
  return error.code === 'upstream.auth' || error.code === 'upstream.rate_limited';
}

/** Errors of the request itself are the same everywhere; errors of the target are not. */
function mayFallBack(call: Call, error: WeirError, nowMono: number): boolean {
  if (call.committed || call.cancelled || nowMono - call.startedMono >= call.limits.totalMs) return false;
  if (error.fault === 'upstream' || error.code === 'credential.not_found') return true;
  return error.code === 'model.unknown' && error.upstream !== undefined;
}

/** The last failure is what the client sees; with several targets the others are listed. A missing key explains least. */
function lastOf(failures: readonly { target: string; error: WeirError }[]): WeirError {
  const last = failures.findLast(({ error }) => error.code !== 'credential.not_found') ?? failures.at(-1);
  if (last === undefined)
    return new WeirError('model.unknown', {
      param: 'model',
      message: 'model: the request names none and no default is configured.',
    });
  if (failures.length === 1) return last.error;
  const reasons = Object.fromEntries(failures.map(({ target, error }) => [target, error.code]));
  const waits = failures.map(({ error }) => error.retryAfterMs).filter((ms) => ms !== undefined);
  // Nobody could answer: whatever the last one said, the service as a whole is unavailable for a while.
  const isDown = last.error.code === 'upstream.unavailable';
  if (isDown && waits.length === 0) waits.push(SECOND_MS);
  return new WeirError(last.error.code, {
    message: `All targets failed. ${failures.map(({ target, error }) => `${target}: ${error.message}`).join(' · ')}`,
    ...(isDown ? {} : { status: last.error.status }),
    retryable: last.error.retryable,
    ...(waits.length === 0 ? {} : { retryAfterMs: Math.min(...waits) }),
    details: { ...last.error.details, targets: reasons },
    cause: last.error,
  });
}
