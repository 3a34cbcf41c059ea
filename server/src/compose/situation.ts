import type { StatementObject } from '@weir/contract';
import type { BudgetView } from '../features/budgets/budget-views.ts';
import type { BudgetFact, Facts, JudgementFact, KeyFact, RunFact, Statement } from '../features/situation/facts.ts';
import { RecentCalls } from '../features/situation/recent-calls.ts';
import { situationOf } from '../features/situation/situation.ts';
import type { TargetStatus } from '../gateway/routing/target-health.ts';
import { DAY_MS, isoSeconds, MINUTE_MS, startOfHour } from '../kernel/time.ts';
import type { UsageRecord } from '../kernel/usage-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunRow } from '../ports/workflow-store.ts';
import type { Bounds } from './bounding/bounds.ts';
import type { Stores } from './stores.ts';

export interface Situation {
  /** Every settled call of this process. */
  observe(record: UsageRecord): void;
  /** What is wrong in a project, or (undefined) in all. */
  read(projectId: string | undefined): Promise<readonly StatementObject[]>;
}

/** Many dashboards ask every few seconds. */
const KEPT_MS = 1000;
const SEED_CALLS = 1000;
const RECENT_MS = 10 * MINUTE_MS;
/** Metric of a person's judgement of what a guardrail found; what follows is the guardrail's name. */
const JUDGED = 'guardrail:';
const MOST_RUNS = 50;
const MOST_PROJECTS = 50;

/** Gathers the facts that the situation is read from. */
export function composeSituation(of: {
  stores: Stores;
  clock: Clock;
  bounds: () => Pick<Bounds, 'budgetViews'>;
  readings: () => readonly TargetStatus[];
}): Situation {
  const { stores, clock } = of;
  const calls = new RecentCalls();
  const firstSeen = new Map<string, number>();
  const answers = new Map<string, { atMono: number; answer: Promise<readonly StatementObject[]> }>();
  let seeding: Promise<void> | undefined;

  /** What was before this process, or came while it began: the ledger has it. */
  async function seed(): Promise<void> {
    const seen = new Set(calls.read(undefined).map(({ requestId }) => requestId));
    const { data } = await stores.ledger.records({ fromMs: clock.now() - DAY_MS, toMs: startedMs, limit: SEED_CALLS });
    calls.seed(data.filter(({ request_id }) => !seen.has(request_id)).reverse());
  }

  const startedMs = clock.now();

  async function look(projectId: string | undefined): Promise<readonly StatementObject[]> {
    seeding ??= seed();
    await seeding;
    const nowMs = clock.now();
    const [budgets, keys, judgements, runs] = await Promise.all([
      of.bounds().budgetViews({ projectId, id: undefined }),
      keyFacts(stores, projectId, nowMs),
      judgementFacts(stores, projectId, nowMs),
      runFacts(stores, projectId),
    ]);
    const facts: Facts = {
      nowMs,
      calls: calls.read(projectId),
      targets: of.readings(),
      budgets: budgets.flatMap((view) => budgetFact(stores, view)),
      ...{ keys, judgements, runs },
    };
    return dated(situationOf(facts), { scope: projectId ?? '*', nowMs });
  }

  /** Says since when each was seen; forgets what is over. */
  function dated(statements: readonly Statement[], of: { scope: string; nowMs: number }): StatementObject[] {
    const nameOf = ({ cause, object }: Statement) => `${of.scope} ${cause} ${object}`;
    const standing = new Set(statements.map(nameOf));
    for (const name of firstSeen.keys()) {
      if (name.startsWith(`${of.scope} `) && !standing.has(name)) firstSeen.delete(name);
    }
    return statements.map((statement) => {
      const name = nameOf(statement);
      const since = firstSeen.get(name) ?? of.nowMs;
      firstSeen.set(name, since);
      return { ...statement, since: isoSeconds(since) };
    });
  }

  return {
    observe: (record) => calls.add(record),
    read(projectId) {
      const known = answers.get(projectId ?? '*');
      const nowMono = clock.monotonic();
      if (known !== undefined && nowMono - known.atMono < KEPT_MS) return known.answer;
      const answer = look(projectId);
      answers.set(projectId ?? '*', { atMono: nowMono, answer });
      return answer;
    },
  };
}

function budgetFact(stores: Stores, { budget, use, startsAt, endsAt }: BudgetView): BudgetFact[] {
  if (use === undefined || startsAt === undefined || endsAt === undefined) return [];
  const name = budget.scope === 'key' ? (stores.keys.get(budget.id, undefined)?.name ?? budget.id) : budget.id;
  return [{ budget, name, limitNano: budget.limitNano, usedNano: use.settledNano, startsAt, endsAt }];
}

async function keyFacts(stores: Stores, projectId: string | undefined, nowMs: number): Promise<KeyFact[]> {
  const whose = projectId === undefined ? {} : { projectId };
  const hourMs = startOfHour(nowMs - RECENT_MS);
  const [recent, hours] = await Promise.all([
    stores.ledger.report({ ...whose, fromMs: nowMs - RECENT_MS, toMs: nowMs + 1, groupBy: ['key'] }),
    stores.ledger.report({ ...whose, fromMs: hourMs - 7 * DAY_MS, toMs: hourMs, groupBy: ['key', 'hour'] }),
  ]);
  return recent.map(({ group: [id = ''], calls, costNano }) => {
    const own = hours.filter(({ group }) => group[0] === id);
    return {
      id,
      name: stores.keys.get(id, undefined)?.name ?? id,
      calls,
      nano: Number(costNano),
      busiestHourCalls: Math.max(0, ...own.map((hour) => hour.calls)),
      dearestHourNano: Math.max(0, ...own.map((hour) => Number(hour.costNano))),
      knownHours: own.length,
    };
  });
}

async function judgementFacts(stores: Stores, projectId: string | undefined, nowMs: number): Promise<JudgementFact[]> {
  const rows = await stores.storage.evaluations.scores.list({ projectId, evaluator: 'human', limit: 500 });
  return rows
    .filter(({ metric, created_at }) => metric.startsWith(JUDGED) && created_at > nowMs - DAY_MS)
    .map(({ metric, score }) => ({ guardrail: metric.slice(JUDGED.length), isFalseAlarm: score < 0.5 }));
}

async function runFacts(stores: Stores, projectId: string | undefined): Promise<RunFact[]> {
  const projects = projectId === undefined ? stores.projects.list().map(({ id }) => id) : [projectId];
  const found = await Promise.all(
    projects
      .slice(0, MOST_PROJECTS)
      .map((id) => stores.storage.workflows.runs.list({ projectId: id, limit: MOST_RUNS })),
  );
  const going = found
    .flat()
    .filter(({ status }) => status === 'pending' || status === 'running' || status === 'waiting');
  const facts = await Promise.all(going.map((run) => runFact(stores, run)));
  return facts.filter((fact) => fact !== undefined);
}

/** Undefined for a run that waits for a time or a person, as it should. */
async function runFact({ storage }: Stores, run: RunRow): Promise<RunFact | undefined> {
  const steps = await storage.workflows.runs.steps({ projectId: run.project_id, runId: run.id });
  const needsAttention = steps.some(({ status }) => status === 'needs_attention');
  if (run.status === 'waiting' && !needsAttention) return undefined;
  const times = steps.flatMap(({ started_at, ended_at }) => [started_at ?? 0, ended_at ?? 0]);
  const workflow = await storage.workflows.definitions.get(run.project_id, run.workflow_id);
  return {
    id: run.id,
    workflow: workflow?.name ?? run.workflow_id,
    movedAt: Math.max(run.created_at, run.started_at ?? 0, ...times),
    needsAttention,
  };
}
