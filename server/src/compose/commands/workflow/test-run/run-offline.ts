import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure } from '../../../../cli/usage-error.ts';
import { Engine } from '../../../../features/workflows/engine/engine.ts';
import { flowCache } from '../../../../features/workflows/flow-cache.ts';
import { openWorkflows } from '../../../../features/workflows/open-workflows.ts';
import type { Execution, InboxItem, Workflows } from '../../../../features/workflows/workflows.ts';
import type { Json, JsonObject } from '../../../../kernel/json.ts';
import { SECOND_MS } from '../../../../kernel/time.ts';
import { compileSchema } from '../../../../schema/compile-schema.ts';
import { openSqliteStorage } from '../../../../storage/sqlite/open-storage.ts';
import { mockRunners } from './mock-runners.ts';
import type { Mocks } from './mocks-file.ts';
import { SkippingClock } from './skipping-clock.ts';

const PROJECT = 'test';
const BY = { projectId: PROJECT, keyId: 'test' };
const CALLER = { ...BY, role: 'developer', models: undefined, routes: undefined };
const LOOK_MS = 100;
const MOST_MS = 60 * SECOND_MS;

/**
 * Runs the first document on the real engine with a database of its own; the others are workflows that it may call. Mocks
 * answer its steps and its questions, and waits are left out. Throws a CommandFailure for a question without an answer.
 */
export async function runOffline(
  documents: readonly JsonObject[],
  of: { mocks: Mocks; env: (name: string) => string | undefined },
): Promise<Execution> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-workflow-test-'));
  const clock = new SkippingClock();
  const storage = await openSqliteStorage({ file: join(directory, 'test.db'), clock });
  const services = {
    ...{ store: storage.workflows, inbox: storage.inbox, clock, flows: flowCache(storage.workflows) },
    runners: mockRunners(of.mocks, of.env),
    callerOf: () => CALLER,
    env: (names: readonly string[]) => Object.fromEntries(names.flatMap((name) => [[name, of.env(name) ?? '']])),
    recordsOfRuns: async () => [],
    report: () => undefined,
  };
  const engine = new Engine({
    services,
    owner: 'test/1',
    home: 'test',
    maxRunning: () => 100,
    leaseMs: 30 * SECOND_MS,
  });
  const workflows = openWorkflows({
    services,
    engine,
    knowledge: async () => ({}),
    misfit: async (schema, value) => misfit(schema, value),
  });
  try {
    const stored = [];
    for (const document of documents.toReversed()) stored.push(await workflows.create(BY, document));
    await engine.start();
    const workflowId = stored.at(-1)?.id ?? '';
    const { id } = await workflows.execute(BY, { workflowId, input: of.mocks.input, trigger: 'api' });
    return await finish(workflows, { id, mocks: of.mocks, clock });
  } finally {
    await engine.stop(SECOND_MS);
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Answers what is asked and leaves out what is waited for, until the run is over. */
async function finish(
  workflows: Workflows,
  of: { id: string; mocks: Mocks; clock: SkippingClock },
): Promise<Execution> {
  const endsMono = performance.now() + MOST_MS;
  while (performance.now() < endsMono) {
    const execution = await workflows.settled(PROJECT, of.id, { timeoutMs: LOOK_MS });
    if (execution.ended_at !== null) return execution;
    const items = await workflows.inbox.list({ projectId: PROJECT, status: 'open', limit: 1000 });
    const answered = await Promise.all(items.map((item) => answer(workflows, item, of.mocks)));
    if (answered.includes(true)) continue;
    const due = execution.steps.flatMap(({ due_at, ended_at }) =>
      due_at === null || ended_at !== null ? [] : [due_at],
    );
    if (due.length > 0) of.clock.skipTo(Math.min(...due));
    else if (items[0] !== undefined) throw unanswered(items[0]);
  }
  throw new CommandFailure(`The run was not over after ${MOST_MS / SECOND_MS} s.`);
}

/** False: the mocks have no decision for it. */
async function answer(workflows: Workflows, item: InboxItem, mocks: Mocks): Promise<boolean> {
  const path = item.step ?? '';
  const key = Object.hasOwn(mocks.steps, path) ? path : (path.split('/').at(-1) ?? '');
  const given = Object.hasOwn(mocks.steps, key) ? mocks.steps[key] : undefined;
  const mock = Array.isArray(given) ? given[0] : given;
  if (mock === undefined || !('decision' in mock)) return false;
  const { decision, data } = mock;
  await workflows.inbox.decide(BY, item.id, { decision, ...(data === undefined ? {} : { data }) });
  return true;
}

function unanswered({ title, step }: InboxItem): CommandFailure {
  return new CommandFailure(`"${title}" waits for a person: write steps.${step}: {decision: approve} into the mocks.`);
}

function misfit(schema: JsonObject, value: Json): string | undefined {
  const problems = compileSchema(schema).validate(value);
  return problems.length === 0
    ? undefined
    : problems.map(({ instancePath, message }) => `${instancePath}: ${message}`).join('; ');
}
