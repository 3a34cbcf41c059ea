import { isWeirError, WeirError } from '../../kernel/errors.ts';
import type { Call, Target } from '../../ports/call.ts';
import type { HttpRequest } from '../../ports/http-client.ts';
import type { UpstreamContext } from '../../ports/protocol.ts';
import type { Access, Endpoint, OutgoingRequest } from '../../ports/provider.ts';
import { Attempt, type AttemptServices } from '../attempt.ts';
import { chatExchange } from '../exchange/chat-exchange.ts';
import { embeddingExchange } from '../exchange/embedding-exchange.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { passThroughExchange } from '../exchange/pass-through-exchange.ts';
import { replyContext } from '../exchange/reply-context.ts';
import type { TargetHealth } from '../routing/target-health.ts';
import type { StageRunner } from '../run-stages.ts';
import type { Stage } from '../stage.ts';

export interface CallProviderServices extends AttemptServices {
  readonly health: TargetHealth;
  /** Bounded HTTP for token exchanges of providers. */
  readonly fetch: Access['fetch'];
  readonly runner: () => StageRunner;
  /** What to do with request fields the target cannot take. */
  readonly onUnsupported: () => 'warn' | 'drop' | 'reject';
  /** Rewrites a pass-through body's model field for the target (JSON or form). */
  readonly rewriteModel: (
    payload: Extract<Call['payload'], { kind: 'pass-through' }>,
    model: string,
  ) => Buffer | undefined;
}

/** The innermost stage: one attempt against the chosen target. */
export function callProvider(services: CallProviderServices): Stage {
  return {
    name: 'callProvider',
    around(call) {
      const target = call.target;
      if (target === undefined) throw new WeirError('bug', { message: 'No target was chosen.' });
      const exchange = exchangeFor(call, target, services);
      call.upstreamWire = exchange.wire;
      rememberDropped(call, exchange, services.onUnsupported());
      const request = outgoing(call, target, { exchange, services });
      const send = (ready: HttpRequest) => dispatch(call, ready, { target, exchange, services });
      return request instanceof Promise ? request.then(send) : send(request);
    },
  };
}

function dispatch(
  call: Call,
  request: HttpRequest,
  of: { target: Target; exchange: Exchange; services: CallProviderServices },
): Promise<void> {
  const { target, services } = of;
  if (call.cancelled) throw new WeirError('call.cancelled');
  const startedMono = services.clock.monotonic();
  call.dispatchedMono = startedMono;
  // Told by the attempt itself: a promise less on the path of every call.
  const ended = (error: WeirError | undefined): void => {
    if (error !== undefined) return judge(call, target, { error, services });
    const nowMono = services.clock.monotonic();
    services.health.succeeded(target, { nowMono, latencyMs: (call.firstPartMono ?? nowMono) - startedMono });
  };
  return new Attempt(call, { ...of, runner: services.runner(), ended }).run(request);
}

/** What the failure says about the target: client errors, aborts, invalid replies and short patience say nothing. */
function judge(call: Call, target: Target, of: { error: WeirError; services: CallProviderServices }): void {
  const { error, services } = of;
  if (error.code === 'upstream.auth') return services.health.refused(target);
  if (error.details.phase === 'total' && call.limits.askedByClient === true) return;
  const counts =
    error.code === 'upstream.unavailable' || error.code === 'upstream.timeout' || error.code === 'upstream.bad_reply';
  if (counts) services.health.failed(target, { nowMono: services.clock.monotonic(), error: error.code });
}

function exchangeFor(call: Call, target: Target, services: CallProviderServices): Exchange {
  const { definition } = target.provider;
  const { payload } = call;
  if (payload.kind === 'pass-through') {
    if (!definition.passThrough.includes(call.operation)) throw unsupported(target, call.operation);
    const model = definition.upstreamModel?.(target.model, target.provider.settings) ?? target.model;
    const body = call.models.length === 0 ? payload.body : services.rewriteModel(payload, model);
    return passThroughExchange(payload, { body, headers: call.clientHeaders });
  }
  if (payload.kind === 'embeddings') {
    if (definition.embeddings === undefined) throw unsupported(target, 'embeddings');
    return embeddingExchange(payload, definition.embeddings, contextFor(call, target, definition.embeddings.wire));
  }
  const clientWire = payload.protocol.wire;
  const upstream =
    definition.chatFor?.(target.model, clientWire) ??
    definition.chat.find((protocol) => protocol.wire === clientWire) ??
    definition.chat[0];
  if (upstream === undefined) throw unsupported(target, 'chat');
  const context = contextFor(call, target, upstream.wire);
  const rewrites = call.outputGuard?.rewrites === true;
  return chatExchange(payload, upstream, { ...context, reply: () => replyContext(call), rewrites });
}

function contextFor(call: Call, target: Target, wire: string): UpstreamContext {
  const { definition, settings } = target.provider;
  return {
    model: definition.upstreamModel?.(target.model, settings) ?? target.model,
    quirks: definition.quirks(target.model, wire),
    clientHeaders: call.clientHeaders,
  };
}

function unsupported(target: Target, operation: string): WeirError {
  return new WeirError('upstream.rejected', {
    message: `${target.provider.definition.title} has no ${operation}; choose another provider for this call (GET /v1/capabilities lists what each one does).`,
    details: { provider: target.provider.name, operation },
  });
}

function rememberDropped(
  call: Call,
  exchange: Exchange,
  onUnsupported: ReturnType<CallProviderServices['onUnsupported']>,
): void {
  call.dropped.length = 0;
  if (onUnsupported === 'drop') return;
  call.dropped.push(...exchange.encoded.dropped);
  if (onUnsupported === 'reject' && call.dropped.length > 0) {
    throw new WeirError('request.invalid', {
      param: call.dropped[0] as string,
      message: `${call.target?.provider.name} cannot take: ${call.dropped.join(', ')} (on_unsupported is "reject").`,
    });
  }
}

/** A promise only where a provider has to fetch a token first. */
function outgoing(
  call: Call,
  target: Target,
  of: { exchange: Exchange; services: CallProviderServices },
): HttpRequest | Promise<HttpRequest> {
  const { provider } = target;
  const { exchange } = of;
  const endpoint: Endpoint = provider.definition.endpoint({
    operation: call.operation,
    wire: exchange.wire,
    model: target.model,
    stream: call.stream,
    baseUrl: provider.baseUrl,
    settings: provider.settings,
    ...(exchange.path === undefined ? {} : { path: exchange.path }),
  });
  const headers: Record<string, string> = { ...provider.headers, ...endpoint.headers, ...exchange.encoded.headers };
  if (exchange.contentType !== undefined) headers['content-type'] = exchange.contentType;
  if (call.run !== undefined) addIdempotencyKey(headers, call, target);
  const body = exchange.encoded.body.length === 0 ? undefined : exchange.encoded.body;
  const request: OutgoingRequest = { method: exchange.method, url: endpoint.url, headers, body };
  const waiting = provider.definition.authorize(request, {
    secret: target.credential.secret,
    settings: provider.settings,
    nowMs: of.services.clock.now(),
    fetch: of.services.fetch,
  });
  const { trusted, network } = provider;
  const ready = () => ({ method: request.method, url: request.url, headers, body, trusted, network });
  return waiting === undefined ? ready() : authorized(waiting, target).then(ready);
}

/** Of each try its own: a provider that remembers a failure must not answer the next one with it. */
function addIdempotencyKey(headers: Record<string, string>, call: Call, target: Target): void {
  const name = target.provider.definition.idempotencyHeader;
  const key = call.run?.idempotencyKey;
  if (name !== undefined && key !== undefined) headers[name] = `${key}:${call.attempts.length + 1}`;
}

async function authorized(waiting: Promise<void>, target: Target): Promise<void> {
  try {
    await waiting;
  } catch (thrown) {
    if (isWeirError(thrown)) throw thrown;
    throw new WeirError('upstream.auth', {
      message: `No access token could be had for ${target.provider.name}: check its credential.`,
      cause: thrown,
    });
  }
}
