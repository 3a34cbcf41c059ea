import type { Environment } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { EVALUATORS } from '../features/evaluations/evaluators/registry.ts';
import type { FlowKnowledge } from '../features/workflows/definition/check-flow.ts';
import { Engine } from '../features/workflows/engine/engine.ts';
import { flowCache } from '../features/workflows/flow-cache.ts';
import { openWorkflows } from '../features/workflows/open-workflows.ts';
import { sealedInbox, sealedWorkflows } from '../features/workflows/sealed-store.ts';
import { type StepRunners, stepRunners } from '../features/workflows/steps/registry.ts';
import type { Workflows } from '../features/workflows/workflows.ts';
import { callerOf } from '../http/caller-of.ts';
import { randomHex } from '../kernel/ids.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { SECOND_MS } from '../kernel/time.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { Call, Caller, Outcome } from '../ports/call.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Pricing } from '../ports/pricing.ts';
import type { ReplyChecker } from '../ports/reply-check.ts';
import type { ToolServers } from '../ports/tool-servers.ts';
import type { WebFetch } from '../ports/web-fetch.ts';
import { flowKnowledge } from './flow-knowledge.ts';
import { modelGateway } from './model-gateway.ts';
import { describeBug } from './observing/describe-bug.ts';
import type { Log } from './observing/observability.ts';
import type { Targets } from './providers/targets.ts';
import type { Stores } from './stores.ts';

export interface ComposedWorkflows {
  readonly workflows: Workflows;
  readonly engine: Engine;
  /** What is known beside a document of a project. */
  readonly knowledge: (projectId: string) => Promise<FlowKnowledge>;
}

/** Workflows with everything their steps use. Runs are driven by the main thread of each process. */
export function composeWorkflows(of: {
  config: () => Config;
  environment: Environment;
  stores: Stores;
  targets: Targets;
  clock: Clock;
  log: Log;
  run: (call: Call) => Promise<Outcome>;
  checker: ReplyChecker;
  pricing: Pricing;
  fetch: WebFetch;
  defaultModels: () => readonly string[];
  /** Undefined: none are configured. */
  servers: ToolServers | undefined;
}): ComposedWorkflows {
  const { config, environment, stores, clock, log, checker, servers } = of;
  const store = sealedWorkflows(stores.storage.workflows, stores.seal);
  const inbox = sealedInbox(stores.storage.inbox, stores.seal);
  const isAllowed = (name: string) => config().workflows.env.includes(name);
  const env = (name: string) => (isAllowed(name) ? environment[name] : undefined);
  const services = {
    ...{ store, inbox, clock },
    runners: runnersOf(
      stepRunners({
        models: modelGateway(of),
        servers: servers ?? NO_SERVERS,
        ...{ checker, fetch: of.fetch, env, evaluators: EVALUATORS },
      }),
      servers,
    ),
    callerOf: (keyId: string): Caller => callerOf(stores.keys.live(keyId)),
    env: (names: readonly string[]) =>
      Object.fromEntries(names.flatMap((name) => (env(name) === undefined ? [] : [[name, env(name) as string]]))),
    recordsOfRuns: (ids: readonly string[], sinceMs: number) => recordsOfRuns(stores.ledger, ids, sinceMs),
    flows: flowCache(store),
    report: (error: unknown, runId: string) =>
      log.logger.error({ event: 'workflow_run', run_id: runId, ...describeBug(error) }, 'a workflow run met a problem'),
  };
  const engine = new Engine({
    services,
    owner: `${stores.home}/${randomHex(6)}`,
    home: stores.home,
    maxRunning: () => config().workflows.max_running,
    leaseMs: config().workflows.lease_s * SECOND_MS,
  });
  stores.changes.on('runs', async (ids) => {
    for (const id of ids ?? ['']) engine.wake(id);
  });
  const knowledge = flowKnowledge({ ...of, store });
  const workflows = openWorkflows({
    services,
    engine,
    misfit: (schema, value, projectId) => misfit(checker, { schema, value, projectId }),
    knowledge,
  });
  return { workflows, engine, knowledge };
}

const PAGE = 1000;

async function recordsOfRuns(ledger: Ledger, runIds: readonly string[], fromMs: number): Promise<UsageRecord[]> {
  const found: UsageRecord[] = [];
  for (const runId of runIds) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await ledger.records({ runId, fromMs, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.data);
      cursor = page.nextCursor;
    }
  }
  return found;
}

const NO_SERVERS = {} as ToolServers;

function runnersOf(all: StepRunners, servers: ToolServers | undefined): Partial<StepRunners> {
  const { tool, prompt, resource, ...others } = all;
  return servers === undefined ? others : { ...others, tool, prompt, resource };
}

/** As the key is now, so that what was taken from it holds for runs under way. */
async function misfit(
  checker: ReplyChecker,
  { schema, value, projectId }: { schema: JsonObject; value: Json; projectId: string },
): Promise<string | undefined> {
  const { outcome, problems } = await checker.check({
    ...{ projectId, repair: false, sanitize: 'none' },
    text: JSON.stringify(value),
    format: { kind: 'json-schema', name: 'value', schema },
  });
  if (outcome === 'valid') return undefined;
  return problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
