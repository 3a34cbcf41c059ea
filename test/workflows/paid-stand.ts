import { askJudge } from '../../server/src/compose/guarding/judge.ts';
import { modelGateway } from '../../server/src/compose/model-gateway.ts';
import { SpendRestorer } from '../../server/src/features/budgets/restore-spend.ts';
import type { EngineServices } from '../../server/src/features/workflows/engine/context.ts';
import { Engine } from '../../server/src/features/workflows/engine/engine.ts';
import { flowCache } from '../../server/src/features/workflows/flow-cache.ts';
import { openWorkflows } from '../../server/src/features/workflows/open-workflows.ts';
import { stepRunners } from '../../server/src/features/workflows/steps/registry.ts';
import type { Execution } from '../../server/src/features/workflows/workflows.ts';
import type { GuardServices } from '../../server/src/gateway/guarding/guard-services.ts';
import { randomHex } from '../../server/src/kernel/ids.ts';
import { INTERNAL_APIS } from '../../server/src/kernel/internal-apis.ts';
import type { JsonObject } from '../../server/src/kernel/json.ts';
import { usdFromNano } from '../../server/src/kernel/money.ts';
import { NO_TOKENS, type UsageRecord } from '../../server/src/kernel/usage-record.ts';
import { CallerTurns } from '../../server/src/mcp/asking/caller-turns.ts';
import { answerSampling } from '../../server/src/mcp/asking/sampling.ts';
import type { GuardPlan, GuardPolicy } from '../../server/src/ports/guard-policy.ts';
import type { ModelGateway } from '../../server/src/ports/model-gateway.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import type { ToolServers } from '../../server/src/ports/tool-servers.ts';
import type { AttemptRow } from '../../server/src/ports/workflow-store.ts';
import { callTexts } from '../../server/src/protocols/call-texts/call-texts.ts';
import { MemoryBudgetCounters } from '../../server/src/shared-state/memory/budget-counters.ts';
import type { FakeLedger } from '../chaos/support/gateway-fixture.ts';
import { fakeProvider } from '../chaos/support/gateway-fixture.ts';
import { gatewayHarness } from '../chaos/support/gateway-harness.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { BY } from './engine-stand.ts';

const PRICES = {
  'openai/gpt-4o-mini': { input: 1, output: 2 },
  'groq/cheap': { input: 0.1, output: 0.3 },
  'groq/judge': { input: 0.7, output: 0.9 },
};

export interface PaidOptions {
  readonly storage: Storage;
  /** Shared by processes that follow each other; absent: its own. */
  readonly ledger?: FakeLedger;
  /** Whether calls of the run's key use the cache. */
  readonly cache?: boolean;
  /** What a judging model is asked about calls; absent: there is none. */
  readonly judge?: 'monitor' | 'block';
}

/** The engine with the real step runners on the real pipeline: what runs cost is what the ledger says. The test plays the upstream. */
export function paidStand({ storage, ledger, cache = false, judge }: PaidOptions) {
  const counters = new MemoryBudgetCounters(systemClock);
  const harness = gatewayHarness({
    time: systemClock,
    ...(ledger === undefined ? {} : { ledger }),
    ...(judge === undefined ? {} : { guards: judgedBy(judge, () => models) }),
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
  const models = modelGateway({ run: harness.run, clock: systemClock });
  const restorer = new SpendRestorer(harness.ledger, counters);
  const records = (runIds: readonly string[]) =>
    harness.ledger.settled.filter(({ run_id }) => runIds.includes(run_id ?? ''));
  const problems: unknown[] = [];
  const store = storage.workflows;
  const services: EngineServices = {
    ...{ store, inbox: storage.inbox, clock: systemClock },
    runners: stepRunners({
      models,
      servers: askingServer(models),
      checker: harness.gateway.checker,
      fetch: () => Promise.reject(new Error('nothing is fetched here')),
      env: () => undefined,
      evaluators: [],
    }),
    callerOf: (keyId) => ({
      ...{ keyId, projectId: BY.projectId, role: 'inference', models: undefined, routes: undefined, cache },
    }),
    env: () => ({}),
    recordsOfRuns: async (ids, sinceMs) => records(ids).filter(({ timestamp }) => timestamp >= sinceMs),
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
  /** What the ledger has of a run and its sub-runs. */
  const recordsOf = async (runId: string) => records([runId, ...(await store.runs.descendants(runId))]);
  return { ...harness, counters, engine, workflows, problems, settled, run, attempts, recordsOf };
}

/** Asks a model about what goes out and what comes back; who does not get an answer goes on. */
function judgedBy(mode: 'monitor' | 'block', models: () => ModelGateway): GuardServices {
  const plan: GuardPlan = {
    ...{ version: 'judged', rules: [], custom: [], outside: [{ name: 'judge', mode }] },
    ...{ isStrict: mode === 'block', inBackground: false },
  };
  const policy: GuardPolicy = {
    ...{ version: 'judged', input: plan, output: plan, deadlineMs: 10_000, onError: 'pass', blockedStatus: 400 },
  };
  const settings = { model: 'groq/judge', timeout_ms: 10_000 } as never;
  return {
    policy: ({ wire }) => (INTERNAL_APIS.includes(wire) ? undefined : policy),
    texts: callTexts,
    scanner: {
      inline: () => [],
      now: () => CLEAN,
      full: async (texts) => texts.map(() => CLEAN),
      later: () => undefined,
      redact: (text) => text,
    },
    askOutside: (_name, { call, texts }) => askJudge(texts, { models: models(), call, settings }),
    observer: { checked: noted, found: noted, unscanned: noted, blocked: noted },
    clock: systemClock,
  };
}

const CLEAN = { score: 0, hits: [] };
const noted = () => undefined;

/** A tool server that asks each of the models that it is called with, by sampling, whatever they answer. */
function askingServer(models: ModelGateway): ToolServers {
  const turns = new CallerTurns();
  const settings = { models: ['openai/gpt-4o-mini', 'groq/cheap', 'both'], maxTokens: 50, maxRounds: 100 };
  return {
    ...({} as ToolServers),
    tools: async () => [],
    async callTool(call) {
      const turn = { call, deadline: systemClock.monotonic() + 60_000, rounds: 0, items: new Set<string>() };
      await turns.enter(turn);
      try {
        for (const name of call.arguments.models as string[]) {
          await answerSampling(
            {
              messages: [{ role: 'user', content: { type: 'text', text: String(call.arguments.say) } }],
              ...{ maxTokens: 50, modelPreferences: { hints: [{ name }] } },
            },
            { server: 's', settings, models, turns, clock: systemClock, refused: () => undefined },
          ).catch(() => undefined);
        }
        return { output: 'asked', raw: null };
      } finally {
        turns.leave(turn);
      }
    },
  };
}

/** A step whose tool server asks models. */
export function askingTool(name: string, models: readonly string[], more: JsonObject = {}): JsonObject {
  const params = { models: [...models], say: `${name} {{run.id}}` };
  return { name, type: 'tool', effect: 'idempotent', config: { server: 's', tool: 'ask', params }, ...more };
}

/** What the ledger has of a run and its sub-runs, by model: what `modelBreakdown` must say. */
export function breakdownOf(records: readonly UsageRecord[]): Execution['modelBreakdown'] {
  const nano: Record<string, [calls: Set<string>, tokens: number, nano: number]> = {};
  for (const { request_id, model, success, attempts } of records) {
    const free = { model: model ?? '', tokens: NO_TOKENS, cost_nano_usd: 0 };
    for (const attempt of attempts.length === 0 && success ? [free] : attempts) {
      const share = nano[attempt.model] ?? [new Set(), 0, 0];
      nano[attempt.model] = share;
      share[0].add(request_id);
      share[1] += Object.values(attempt.tokens).reduce((sum, count) => sum + count, 0);
      share[2] += attempt.cost_nano_usd;
    }
  }
  return Object.fromEntries(
    Object.entries(nano).map(([model, [calls, tokens_used, cost]]) => [
      model,
      { calls: calls.size, tokens_used, cost_usd: usdFromNano(cost) },
    ]),
  );
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
