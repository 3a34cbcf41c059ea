import { createSecretKey, randomBytes } from 'node:crypto';
import { decrypt, encrypt } from '../../server/src/features/credentials/cipher.ts';
import type { EngineServices } from '../../server/src/features/workflows/engine/context.ts';
import { Engine } from '../../server/src/features/workflows/engine/engine.ts';
import { render } from '../../server/src/features/workflows/expressions/render.ts';
import { flowCache } from '../../server/src/features/workflows/flow-cache.ts';
import { openWorkflows } from '../../server/src/features/workflows/open-workflows.ts';
import { sealedInbox, sealedWorkflows } from '../../server/src/features/workflows/sealed-store.ts';
import type { Attempt, StepResult } from '../../server/src/features/workflows/steps/step-runner.ts';
import type { Actor, Execution, Workflows } from '../../server/src/features/workflows/workflows.ts';
import { countsExceeded } from '../../server/src/gateway/budget-errors.ts';
import { reserveIn } from '../../server/src/gateway/reserve-in.ts';
import { WeirError } from '../../server/src/kernel/errors.ts';
import type { Json, JsonObject } from '../../server/src/kernel/json.ts';
import { NO_TOKENS, type UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { Allowance, BudgetInForce, Counts } from '../../server/src/ports/budgets.ts';
import type { Clock } from '../../server/src/ports/clock.ts';
import type { ContentSeal } from '../../server/src/ports/secrets.ts';
import type { Storage } from '../../server/src/ports/storage.ts';
import type { WorkflowStore } from '../../server/src/ports/workflow-store.ts';
import { MemoryBudgetCounters } from '../../server/src/shared-state/memory/budget-counters.ts';
import { systemClock } from '../contracts/system-clock.ts';

export const BY: Actor = { projectId: 'project_1', keyId: 'key_1', userId: 'ada' };

const KEY = createSecretKey(randomBytes(32));

/** Like the server's own, with a key of the test. */
export const SEAL: ContentSeal = {
  seal: (projectId, plain) => encrypt(KEY, Buffer.from(plain), projectId),
  open(projectId, sealed) {
    const plain = decrypt(KEY, sealed, projectId);
    if (plain === undefined) throw new Error(`not sealed: ${sealed.slice(0, 40)}`);
    return plain.toString();
  },
};

/** What a tool of the test does; `n` counts its calls from 1. */
export type Tool = (params: JsonObject, attempt: Attempt, n: number) => Json | Promise<Json>;

export interface StandOptions {
  readonly storage: Storage;
  readonly clock?: Clock;
  readonly home?: string;
  readonly leaseMs?: number;
  readonly maxRunning?: number;
  readonly effects?: Readonly<Record<string, 'none' | 'idempotent' | 'once'>>;
  readonly tools?: Readonly<Record<string, Tool>>;
  /** What a call of the sampling runner costs, in nano-USD. */
  readonly costNano?: number;
  /** Runs between a kept answer and its record. */
  readonly afterKeep?: () => Promise<void>;
  /** The process dies at its commit of this number, before the database has it or after. */
  readonly diesAt?: { readonly commit: number; readonly side: 'before' | 'after'; readonly died: () => void };
  /** Shared by processes that follow each other. */
  readonly ledger?: Map<string, UsageRecord>;
}

export interface Stand {
  readonly workflows: Workflows;
  readonly engine: Engine;
  readonly storage: Storage;
  /** Names of tools in the order they were called. */
  readonly calls: string[];
  readonly attempts: Attempt[];
  /** Calls of the sampling runner that were paid, by request id. */
  readonly ledger: Map<string, UsageRecord>;
  readonly problems: unknown[];
  /** Makes the workflow and starts a run of it. */
  begin(document: JsonObject, input?: Json): Promise<string>;
  /** The run when it is over or waits for a person. */
  settled(id: string): Promise<Execution>;
  run(document: JsonObject, input?: Json): Promise<Execution>;
}

/** An engine on a real store, with tools that the test plays. */
export function engineStand(options: StandOptions): Stand {
  const { storage, clock = systemClock, home = '', tools = {}, effects = {}, costNano = 1000 } = options;
  const calls: string[] = [];
  const attempts: Attempt[] = [];
  const ledger = options.ledger ?? new Map<string, UsageRecord>();
  const problems: unknown[] = [];
  const store = sealedWorkflows(mortal(storage.workflows, options.diesAt), SEAL);
  const inbox = sealedInbox(storage.inbox, SEAL);
  const pay = (attempt: Attempt, success: boolean) => {
    const record = {
      request_id: attempt.requestId,
      cost_nano_usd: costNano,
      tokens_used: 7,
      model: 'tiny',
      success,
      run_id: attempt.runId,
      step: attempt.path,
      timestamp: clock.now(),
      attempts: [{ model: 'tiny', tokens: { ...NO_TOKENS, output: 7 }, cost_nano_usd: costNano }],
    } as unknown as UsageRecord;
    ledger.set(attempt.requestId, record);
    attempt.settled(record);
  };
  const counters = new MemoryBudgetCounters(clock);
  const restore = async ({ period, spent }: BudgetInForce) =>
    counters.restore(period, { spentNano: (await spent?.()) ?? 0, inLedger: new Set() });
  const take = async (allowance: Allowance, use: Counts) => {
    const wanted = use[allowance.unit];
    const of = { inForce: [allowance], periods: [allowance.period] };
    const verdict = await reserveIn(of, wanted, { counters, restore });
    if (verdict.kind === 'refused') throw countsExceeded(allowance, { ...verdict, wanted });
  };
  const perform = async (name: string, params: JsonObject, attempt: Attempt): Promise<Json> => {
    calls.push(name);
    attempts.push(attempt);
    const n = calls.filter((each) => each === name).length;
    const tool = tools[name];
    return tool === undefined ? { name, ...params } : tool(params, attempt, n);
  };
  const services: EngineServices = {
    ...{ store, inbox, clock },
    runners: {
      tool: {
        type: 'tool',
        asksModel: false,
        render: (step, scope) => render(step.params, scope),
        effect: (step) => step.effect ?? effects[step.tool] ?? 'none',
        perform: async (step, input, attempt): Promise<StepResult> => ({
          output: await perform(step.tool, input as JsonObject, attempt),
        }),
      },
      sampling: {
        type: 'sampling',
        asksModel: true,
        render: (step, scope) => render({ messages: step.messages }, scope),
        effect: (step) => step.effect ?? 'idempotent',
        async perform(step, input, attempt) {
          for (const allowance of attempt.allowances) await take(allowance, { calls: 1, tokens: 7 });
          try {
            const output = await perform(step.name, input as JsonObject, attempt);
            await attempt.keep({ output, model: 'tiny' });
            await options.afterKeep?.();
            pay(attempt, true);
            return { output, model: 'tiny' };
          } catch (error) {
            pay(attempt, false);
            throw error;
          }
        },
      },
    },
    callerOf(keyId) {
      if (keyId === 'revoked') throw new WeirError('auth.invalid');
      return { keyId, projectId: 'project_1', role: 'developer', models: undefined, routes: undefined };
    },
    env: () => ({}),
    recordsOfRuns: async (ids) => [...ledger.values()].filter(({ run_id }) => ids.includes(run_id ?? '')),
    flows: flowCache(store),
    report: (error) => void problems.push(error),
  };
  const engine = new Engine({
    services,
    owner: `${home}/${randomBytes(4).toString('hex')}`,
    home,
    maxRunning: () => options.maxRunning ?? 50,
    leaseMs: options.leaseMs ?? 30_000,
  });
  const workflows = openWorkflows({
    services,
    engine,
    knowledge: async () => ({}),
    misfit: async (schema, value) => {
      const missing = ((schema.required ?? []) as string[]).find((name) => !Object.hasOwn(value as object, name));
      return missing === undefined ? undefined : `"${missing}" is missing`;
    },
  });
  const begin = async (document: JsonObject, input: Json = {}) => {
    const { id } = await workflows.create(BY, document);
    return (await workflows.execute(BY, { workflowId: id, input, trigger: 'api' })).id;
  };
  const settled = (id: string) => workflows.settled(BY.projectId, id, { timeoutMs: 20_000 });
  return {
    ...{ storage, workflows, engine, calls, attempts, ledger, problems, begin, settled },
    run: async (document, input) => settled(await begin(document, input)),
  };
}

/** A step that calls a tool of the test. */
export function tool(name: string, more: JsonObject = {}): JsonObject {
  const { params = {}, tool: called = name, ...rest } = more;
  return { name, type: 'tool', config: { server: 's', tool: called, params }, ...rest };
}

export function sampling(name: string, more: JsonObject = {}): JsonObject {
  return { name, type: 'sampling', config: { model: 'm', messages: [{ role: 'user', content: 'Hello' }] }, ...more };
}

/** A dead process does nothing any more: its commit never comes back. */
function mortal(workflows: WorkflowStore, diesAt: StandOptions['diesAt']): WorkflowStore {
  if (diesAt === undefined) return workflows;
  let commits = 0;
  const die = () => {
    diesAt.died();
    return new Promise<never>(() => {});
  };
  return {
    ...workflows,
    runs: {
      ...workflows.runs,
      claim: (of) => (commits < diesAt.commit ? workflows.runs.claim(of) : new Promise<never>(() => {})),
      async commit(write) {
        commits++;
        if (commits === diesAt.commit && diesAt.side === 'before') return die();
        const said = await workflows.runs.commit(write);
        return commits >= diesAt.commit ? die() : said;
      },
    },
  };
}
