import { modelGateway } from '../../server/src/compose/model-gateway.ts';
import { SpendRestorer } from '../../server/src/features/budgets/restore-spend.ts';
import type { EngineServices } from '../../server/src/features/workflows/engine/context.ts';
import { Engine } from '../../server/src/features/workflows/engine/engine.ts';
import { flowCache } from '../../server/src/features/workflows/flow-cache.ts';
import { openWorkflows } from '../../server/src/features/workflows/open-workflows.ts';
import { stepRunners } from '../../server/src/features/workflows/steps/registry.ts';
import { randomHex } from '../../server/src/kernel/ids.ts';
import type { JsonObject } from '../../server/src/kernel/json.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import type { AttemptRow } from '../../server/src/ports/workflow-store.ts';
import { MemoryBudgetCounters } from '../../server/src/shared-state/memory/budget-counters.ts';
import type { FakeLedger } from '../chaos/support/gateway-fixture.ts';
import { fakeProvider } from '../chaos/support/gateway-fixture.ts';
import { gatewayHarness } from '../chaos/support/gateway-harness.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { BY } from './engine-stand.ts';

const PRICES = { 'openai/gpt-4o-mini': { input: 1, output: 2 }, 'groq/cheap': { input: 0.1, output: 0.3 } };

export interface PaidOptions {
  readonly storage: Storage;
  /** Shared by processes that follow each other; absent: its own. */
  readonly ledger?: FakeLedger;
  /** Whether calls of the run's key use the cache. */
  readonly cache?: boolean;
}

/** The engine with the real step runners on the real pipeline: what runs cost is what the ledger says. The test plays the upstream. */
export function paidStand({ storage, ledger, cache = false }: PaidOptions) {
  const counters = new MemoryBudgetCounters(systemClock);
  const harness = gatewayHarness({
    time: systemClock,
    ...(ledger === undefined ? {} : { ledger }),
    providers: [fakeProvider('openai'), fakeProvider('groq', { baseUrl: 'http://groq.invalid/v1' })],
    routes: { both: { targets: ['openai/gpt-4o-mini', 'groq/cheap'] } },
    config: {
      prices: PRICES,
      retry: { max_attempts: 1, base_delay_ms: 1, max_delay_ms: 1, budget_ratio: 1000 },
      breaker: { consecutive_failures: 1_000_000, failure_ratio: 1, minimum_calls: 1_000_000 },
    },
    bounds: {
      limits: { scopes: () => [], counters: undefined as never, report: () => {} },
      budgets: {
        inForce: (call) => call.run?.budgets ?? [],
        counters,
        restore: (inForce) => restorer.restore(inForce),
        whenUnavailable: () => 'refuse',
        defaultMaxOutput: () => 4096,
        observer: { refused: () => {}, spent: () => {} },
      },
    },
  });
  const restorer = new SpendRestorer(harness.ledger, counters);
  const problems: unknown[] = [];
  const store = storage.workflows;
  const services: EngineServices = {
    ...{ store, inbox: storage.inbox, clock: systemClock },
    runners: stepRunners({
      models: modelGateway({ run: harness.run, clock: systemClock }),
      servers: {} as never,
      checker: harness.gateway.checker,
      fetch: () => Promise.reject(new Error('nothing is fetched here')),
      env: () => undefined,
      evaluators: [],
    }),
    callerOf: (keyId) => ({
      ...{ keyId, projectId: BY.projectId, role: 'inference', models: undefined, routes: undefined, cache },
    }),
    env: () => ({}),
    recordsOf: (ids) => harness.ledger.calls(ids),
    recordsOfRuns: async (ids) => harness.ledger.settled.filter(({ run_id }) => ids.includes(run_id ?? '')),
    flows: flowCache(store),
    report: (error) => void problems.push(error),
  };
  const engine = new Engine({
    ...{ services, owner: `/${randomHex(4)}`, home: '', maxRunning: () => 50, leaseMs: 30_000 },
  });
  const workflows = openWorkflows({ services, engine, knowledge: async () => ({}), misfit: async () => undefined });
  const settled = (id: string) => workflows.settled(BY.projectId, id, { timeoutMs: 60_000 });
  /** The run when it is over or waits for a person. */
  const run = async (document: JsonObject, input: JsonObject = {}) => {
    const { id } = await workflows.create(BY, document);
    return settled((await workflows.execute(BY, { workflowId: id, input, trigger: 'api' })).id);
  };
  const attempts = async (runId: string): Promise<readonly AttemptRow[]> =>
    store.runs.attempts({ projectId: BY.projectId, runIds: [runId, ...(await store.runs.descendants(runId))] });
  return { ...harness, counters, engine, workflows, problems, settled, run, attempts };
}

/** A sampling step that asks for something of its own, so that no two calls are the same. */
export function asking(name: string, more: { config?: JsonObject; [field: string]: unknown } = {}): JsonObject {
  const { config = {}, ...rest } = more;
  const messages = [{ role: 'user', content: `${name} {{run.id}}` }];
  return {
    ...{ name, type: 'sampling' },
    config: { model: 'openai/gpt-4o-mini', messages, maxTokens: 50, ...config },
    ...(rest as JsonObject),
  };
}
