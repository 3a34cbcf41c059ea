import type { BudgetInForce } from '../../../server/src/ports/budgets.ts';
import type { Call } from '../../../server/src/ports/call.ts';
import type { Verdict } from '../../chaos/support/load.ts';
import type { History } from './history.ts';
import { replayMoney } from './replayed-money.ts';
import type { GrantEvent, Replica } from './replica.ts';
import type { Database } from './shared-ledger.ts';

export interface Played {
  readonly history: History;
  readonly calls: readonly Call[];
  readonly replicas: readonly Replica[];
  readonly database: Database;
}

/** Replays what happened against what may happen one after the other: no budget over, no window over, nothing left held. */
export async function judge(verdict: Verdict, played: Played): Promise<void> {
  for (const replica of played.replicas) replica.ledger.ship();
  await judgeBudgets(verdict, played);
  judgeLimits(verdict, played);
  await judgeRest(verdict, played);
}

async function judgeBudgets(verdict: Verdict, { history, calls, replicas, database }: Played): Promise<void> {
  const [first] = replicas as [Replica, ...Replica[]];
  const budgets = new Map<string, BudgetInForce>();
  for (const call of calls) for (const inForce of first.inForce(call)) budgets.set(inForce.period.name, inForce);
  for (const { budget, period, startsAt } of budgets.values()) {
    const what = `${history.name}: ${budget.scope} ${budget.id} ${budget.period}`;
    const spent = database.sum({
      projectId: budget.projectId,
      ...(budget.scope === 'key' ? { keyId: budget.id } : {}),
      ...(budget.scope === 'user' ? { userId: budget.id } : {}),
      fromMs: startsAt,
      toMs: period.endsAt,
    });
    verdict.must(spent <= period.limitNano, `${what} spent ${spent} of ${period.limitNano}`);
    const use = await first.state.budgets.read(period);
    if (use === undefined) continue;
    verdict.must(use.settledNano === spent, `${what} counts ${use.settledNano}, the ledger ${spent}`);
    verdict.must(use.reservedNano === 0, `${what} still holds ${use.reservedNano}`);
  }
  for (const problem of replicas.flatMap(({ money }) => replayMoney(money))) {
    verdict.must(false, `${history.name}: ${problem}`);
  }
  for (const call of calls) {
    const error = call.record?.error_code;
    if (error !== 'limit.budget' || call.record === undefined) continue;
    verdict.must(call.budgetHold === undefined, `${call.id} was settled and holds money`);
  }
}

const MINUTE_MS = 60_000;

function judgeLimits(verdict: Verdict, { history, replicas }: Played): void {
  const byCounter = new Map<string, GrantEvent[]>();
  for (const grant of replicas.flatMap(({ grants }) => grants)) {
    const known = byCounter.get(grant.scope.name);
    if (known) known.push(grant);
    else byCounter.set(grant.scope.name, [grant]);
  }
  for (const [name, grants] of byCounter) {
    const limit = grants[0]?.scope.limits.requests_per_minute;
    if (limit === undefined) continue;
    const times = grants.map(({ atMs }) => atMs).sort((a, b) => a - b);
    times.forEach((atMs, index) => {
      const inMinute = times.slice(0, index + 1).filter((time) => time > atMs - MINUTE_MS).length;
      verdict.must(inMinute <= limit, `${history.name}: ${inMinute} of ${limit} requests of ${name} in a minute`);
    });
  }
}

/** Refused or not, cut off or not: nothing runs any more, so nothing may count as running. */
async function judgeRest(verdict: Verdict, { history, calls, replicas }: Played): Promise<void> {
  const [first] = replicas as [Replica, ...Replica[]];
  const scopes = new Map(calls.flatMap((call) => first.scopesOf(call)).map((scope) => [scope.name, scope]));
  for (const use of await first.state.limits.read([...scopes.values()])) {
    if (use.name !== 'concurrency') continue;
    verdict.must(use.used === 0, `${history.name}: ${use.used} calls of ${use.scope.name} run for ever`);
  }
  for (const call of calls) {
    verdict.must(call.record !== undefined, `${call.id} has no record`);
    verdict.must(call.limitGrant === undefined, `${call.id} kept its place`);
  }
}
