import { readLines } from '../egress/read-lines.ts';
import { BatchLease } from '../features/batches/batch-lease.ts';
import { BatchMeter } from '../features/metered-batches/batch-meter.ts';
import type { MeteredBatch } from '../features/metered-batches/metered-batch.ts';
import type { BatchResult } from '../features/metered-batches/read-result.ts';
import type { SettleElsewhere } from '../gateway/settle-elsewhere.ts';
import { WeirError } from '../kernel/errors.ts';
import { NO_USAGE, totalTokens } from '../kernel/usage.ts';
import { type AttemptRecord, bucketsOf } from '../kernel/usage-record.ts';
import { type Call, type Caller, newCall } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { HttpClient } from '../ports/http-client.ts';
import type { Pricing } from '../ports/pricing.ts';
import type { Access, Credential, Provider } from '../ports/provider.ts';
import { readNoCharge } from '../protocols/media-usage.ts';
import { readAnyUsage } from '../protocols/usage-formats.ts';
import { NOWHERE } from './caching/internal-call.ts';
import { describeBug } from './observing/describe-bug.ts';
import type { Log } from './observing/observability.ts';
import type { Targets } from './providers/targets.ts';
import type { Stores } from './stores.ts';

interface MeterParts {
  readonly stores: Stores;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly log: Log;
  readonly http: HttpClient;
  /** For token exchanges of providers. */
  readonly fetch: Access['fetch'];
  readonly pricing: Pricing;
  readonly settle: SettleElsewhere;
}

/** The meter of batches that providers run: it reads them with the credential they were made with. */
export function composeBatchMeter(parts: MeterParts): BatchMeter {
  const { stores, clock, log } = parts;
  return new BatchMeter({
    settings: stores.storage.settings,
    ledger: stores.ledger,
    clock,
    read: (batch, path, take) => readThere(batch, path, { take, parts }),
    readUsage: readAnyUsage,
    record: (batch, result) => recordLine(batch, result, parts),
    ...(stores.isShared ? { alone: (batchId, run) => runAlone(batchId, { run, parts }) } : {}),
    report: (error, batchId) =>
      log.logger.warn({ event: 'batch_not_metered', batch: batchId, ...describeBug(error) }, 'it is tried again'),
  });
}

/** One replica meters a batch; the counters of budgets would count what two of them bring. */
async function runAlone(batchId: string, of: { run: () => Promise<void>; parts: MeterParts }): Promise<void> {
  const { stores, clock } = of.parts;
  const lease = new BatchLease(stores.storage.idempotency, clock);
  if (!(await lease.take(batchId))) return;
  try {
    await of.run();
  } finally {
    await lease.release();
  }
}

async function readThere(
  batch: MeteredBatch,
  path: string,
  { take, parts }: { take: (lines: readonly string[]) => Promise<void>; parts: MeterParts },
): Promise<number> {
  const { provider, credential } = placeOf(batch, parts.targets);
  const { settings, baseUrl, definition, trusted, network } = provider;
  const endpoint = definition.endpoint({
    operation: path.startsWith('/files') ? 'files' : 'batches',
    wire: 'pass-through',
    model: '',
    stream: false,
    baseUrl,
    settings,
    path,
  });
  const headers: Record<string, string> = { ...provider.headers, ...endpoint.headers };
  const request = { method: 'GET', url: endpoint.url, headers, body: undefined };
  const { clock, fetch } = parts;
  await definition.authorize(request, { secret: credential.secret, settings, nowMs: clock.now(), fetch });
  return readLines(parts.http, { ...request, trusted, network }, take);
}

function placeOf(batch: MeteredBatch, targets: Targets): { provider: Provider; credential: Credential } {
  const provider = targets.book.provider(batch.provider);
  const owner = { projectId: batch.projectId, userId: batch.userId };
  const pool = provider === undefined ? [] : targets.credentials.pool(provider, owner);
  const credential = pool.find(({ id }) => id === batch.credentialId);
  if (provider !== undefined && credential !== undefined) return { provider, credential };
  throw new WeirError('credential.not_found', {
    message: `The credential of ${batch.provider} that a batch was made with is gone, so its results cannot be read.`,
  });
}

/** One line as a call of the key that made the batch, with the one attempt it was. */
async function recordLine(
  batch: MeteredBatch,
  result: BatchResult & { requestId: string },
  parts: MeterParts,
): Promise<void> {
  const { clock, settle } = parts;
  const call = newCall({
    id: result.requestId,
    startedAt: clock.now(),
    startedMono: clock.monotonic(),
    caller: callerOf(batch, parts.stores),
    attribution: {
      userId: batch.userId,
      agentType: batch.agentType,
      sessionId: batch.sessionId,
      tags: { ...batch.tags, batch: batch.id },
      traceparent: undefined,
    },
    operation: 'batches',
    wire: 'openai-batches',
    models: [result.model],
    stream: false,
    limits: { totalMs: 0, attemptMs: 0, idleMs: 0 },
    clientHeaders: {},
    output: NOWHERE,
    payload: NOTHING_SENT,
    pinned: undefined,
    cacheAsked: undefined,
  });
  call.attempts.push(attemptOf(batch, result, parts));
  const error = result.succeeded ? undefined : new WeirError('upstream.rejected', { status: result.status });
  await settle(call, { error, status: result.status });
}

const NOTHING_SENT: Call['payload'] = {
  kind: 'pass-through',
  method: 'POST',
  path: '/batches',
  contentType: undefined,
  body: undefined,
  json: undefined,
  promptCharacters: 0,
  readUsage: readNoCharge,
};

/** Its key may be gone by now; what it did is still paid for. */
function callerOf({ keyId, projectId }: MeteredBatch, stores: Stores): Caller {
  const key = stores.keys.list(projectId).find(({ id }) => id === keyId);
  return {
    keyId,
    projectId,
    role: key?.role ?? 'inference',
    models: undefined,
    routes: undefined,
    budget: key?.budget,
  };
}

function attemptOf(batch: MeteredBatch, result: BatchResult, { clock, pricing, targets }: MeterParts): AttemptRecord {
  const { model, usage = NO_USAGE } = result;
  const type = targets.book.provider(batch.provider)?.definition.type ?? batch.provider;
  const cost = pricing.cost({ provider: type, name: batch.provider, model, usage, atMs: clock.now(), batch: true });
  const isKnown = result.usage !== undefined && (cost !== undefined || totalTokens(usage) === 0);
  return {
    attempt: 1,
    provider: batch.provider,
    model,
    credential: batch.credentialId,
    reason: 'first',
    status: result.status,
    error_code: result.succeeded ? null : 'upstream.rejected',
    started_at: clock.now(),
    duration_ms: 0,
    tokens: bucketsOf(usage),
    cost_nano_usd: isKnown ? (cost ?? 0) : 0,
    cost_state: isKnown ? 'exact' : 'unpriced',
    partial: false,
  };
}
