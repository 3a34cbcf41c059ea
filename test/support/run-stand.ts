import { modelGateway } from '../../server/src/compose/model-gateway.ts';
import { EVALUATORS } from '../../server/src/features/evaluations/evaluators/registry.ts';
import type { RetryPolicy, Scope, StepOf, StepType } from '../../server/src/features/workflows/flow.ts';
import { stepRunners } from '../../server/src/features/workflows/steps/registry.ts';
import type { Attempt, StepResult } from '../../server/src/features/workflows/steps/step-runner.ts';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { ToolServers } from '../../server/src/ports/tool-servers.ts';
import type { WebFetch } from '../../server/src/ports/web-fetch.ts';
import { gatewayHarness, type HarnessOptions } from '../chaos/support/gateway-harness.ts';

const ONCE: RetryPolicy = {
  maxAttempts: 1,
  backoffMs: 0,
  multiplier: 2,
  maxBackoffMs: 0,
  jitter: 'none',
  on: undefined,
};

/** A step as a document makes it; what its type needs is for the test to say. */
export function stepOf<T extends StepType>(type: T, more: Readonly<Record<string, unknown>>): StepOf<T> {
  return { ...PLAIN, type, ...more } as unknown as StepOf<T>;
}

const PLAIN = {
  name: 'work',
  pointer: '/steps/0',
  when: undefined,
  retry: ONCE,
  onError: 'stop',
  catch: undefined,
  timeoutMs: undefined,
  effect: undefined,
  compensate: undefined,
  budget: undefined,
  dependencies: undefined,
};

export function scopeOf(more: Partial<Scope> = {}): Scope {
  return { input: {}, steps: {}, run: { id: 'run_1' }, env: {}, workflow: {}, ...more };
}

export interface StandOptions extends HarnessOptions {
  readonly servers?: Partial<ToolServers>;
  readonly fetch?: WebFetch;
  readonly env?: Readonly<Record<string, string>>;
}

const CALLER = { keyId: 'key_1', projectId: 'default', role: 'inference', models: undefined, routes: undefined };

/** Step runners on the whole pipeline, with an upstream that the test plays. */
export function runStand(options: StandOptions = {}) {
  const { servers = {}, env = {}, fetch = () => Promise.reject(new Error('nothing is fetched here')) } = options;
  const harness = gatewayHarness(options);
  const kept: StepResult[] = [];
  const records: UsageRecord[] = [];
  let calls = 0;
  const attempt = (more: Partial<Attempt> = {}): Attempt => ({
    runId: 'run_1',
    path: 'work',
    stepName: 'work',
    number: 1,
    idempotencyKey: 'run_1:work:0',
    requestId: `req_${++calls}`,
    caller: CALLER,
    userId: 'ada',
    signal: new AbortController().signal,
    timeoutMs: 60_000,
    budgets: [],
    allowances: [],
    isApproved: false,
    asks: () => undefined,
    settled: (record) => void records.push(record),
    keep: async (result) => void kept.push(result),
    ...more,
  });
  const runners = stepRunners({
    models: modelGateway(harness),
    servers: servers as ToolServers,
    checker: harness.gateway.checker,
    fetch,
    env: (name) => env[name],
    evaluators: EVALUATORS,
  });
  return { ...harness, runners, attempt, kept, records };
}
