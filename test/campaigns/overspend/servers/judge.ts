import { pause } from '../../../../server/src/simulator/pacing.ts';
import type { Verdict } from '../../../chaos/support/load.ts';
import type { RunningWeir } from '../../../support/weir.ts';
import { budgetsOf, KEYS, limitsOf, type Prepared, type Seen, USERS } from './play.ts';
import type { Stand } from './stand.ts';

export interface ServedHistory {
  readonly stand: Stand;
  readonly prepared: Prepared;
  readonly seen: readonly Seen[];
  /** Redis was away for a while: limits were held by parts. */
  readonly wasAway: boolean;
}

interface LedgerRow {
  readonly request_id: string;
  /** Milliseconds since the epoch, or the same as ISO 8601. */
  readonly timestamp: number | string;
  readonly key_id: string;
  readonly user_id: string;
  readonly error_code: string | null;
  readonly cost_nano_usd: number;
}

/** Records of another replica are read when it has shipped them, and counters on a busy machine when it gets to them. */
const RIGHT_WITHIN_MS = 30_000;
const LOOK_MS = 50;
/** Less than the smallest sum of money, more than what its decimal form loses. */
const ROUNDED_USD = 1e-10;
const NEVER = new AbortController().signal;

/** Compares what servers say after a history with what their ledger says of each call, and both with what was allowed. */
export async function judgeServed(verdict: Verdict, played: ServedHistory): Promise<readonly LedgerRow[]> {
  const { problems, rows } = await lastLook(played);
  const all = [...problems, ...refusalProblems(played), ...peakProblems(played)];
  for (const problem of all) verdict.must(false, `${played.prepared.history.name}: ${problem}`);
  return rows;
}

/** What is wrong as soon as nothing is, or when the time is up: calls whose clients left are settled behind their backs. */
async function lastLook(played: ServedHistory): Promise<{ problems: string[]; rows: LedgerRow[] }> {
  const until = performance.now() + RIGHT_WITHIN_MS;
  for (;;) {
    const rows = await ledgerRows(played);
    const problems = ledgerProblems(played, rows);
    for (const [at, server] of played.stand.servers.entries()) {
      const found = [...(await budgetProblems(server, played, rows)), ...(await limitProblems(server, played, rows))];
      problems.push(...found.map((problem) => `server ${at}: ${problem}`));
    }
    if (problems.length === 0 || performance.now() > until) return { problems, rows };
    await pause(LOOK_MS, NEVER);
  }
}

async function ledgerRows({ stand, prepared }: ServedHistory): Promise<LedgerRow[]> {
  const [first] = stand.servers as [RunningWeir, ...RunningWeir[]];
  const reply = await first.api(`GET /api/v1/usage/records?limit=1000&project_id=${prepared.projectId}`);
  if (reply.status !== 200) throw new Error(`records: ${reply.status} ${reply.text.slice(0, 300)}`);
  return reply.json.data;
}

/** Every call whose client saw an end is there once, and as many more at most as clients left. */
function ledgerProblems({ seen }: ServedHistory, rows: readonly LedgerRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { request_id } of rows) counts.set(request_id, (counts.get(request_id) ?? 0) + 1);
  const problems = seen
    .filter(({ requestId }) => requestId !== '' && !counts.has(requestId))
    .map(({ requestId }) => `${requestId} has no record`);
  for (const [id, count] of counts) if (count > 1) problems.push(`${id} has ${count} records`);
  if (rows.length > seen.length) problems.push(`${seen.length} calls have ${rows.length} records`);
  return problems;
}

/** Of calls that no limit counts: one that asks for more than a limit ever gives is told so at once. */
const REFUSED = new Set(['limit.rate', 'request.too_large']);

async function budgetProblems(
  server: RunningWeir,
  { prepared }: ServedHistory,
  rows: readonly LedgerRow[],
): Promise<string[]> {
  const { projectId, keys } = prepared;
  const problems: string[] = [];
  for (const whose of [...USERS, ...Object.values(keys).map(({ id }) => id), projectId]) {
    for (const budget of await budgetsOf(server, projectId, whose)) {
      const { scope, id, usd, settled_usd, reserved_usd, period_starts_at } = budget;
      const startsAt = period_starts_at === null ? 0 : Date.parse(period_starts_at);
      const spentNano = rows
        .filter((row) => scope === 'project' || (scope === 'key' ? row.key_id : row.user_id) === whose)
        .filter(({ timestamp }) => new Date(timestamp).getTime() >= startsAt)
        .reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
      const what = `budget of ${scope} ${id}`;
      if (spentNano > nano(usd)) problems.push(`${what} spent ${spentNano} of ${nano(usd)}`);
      if (settled_usd === null || nano(settled_usd) !== spentNano) {
        problems.push(`${what} counts ${settled_usd} USD, the ledger ${spentNano} nano-USD`);
      }
      if (reserved_usd !== 0) problems.push(`${what} still holds ${reserved_usd}`);
    }
  }
  return problems;
}

async function limitProblems(
  server: RunningWeir,
  played: ServedHistory,
  rows: readonly LedgerRow[],
): Promise<string[]> {
  const { keys } = played.prepared;
  const problems: string[] = [];
  for (const name of KEYS) {
    for (const user of USERS) {
      const { id, secret } = keys[name] as { id: string; secret: string };
      for (const { scope, name: limited, limit, used } of await limitsOf(server, { secret, user })) {
        const of = rows.filter(
          (row) => scope === 'project' || (scope === 'key' ? row.key_id === id : row.user_id === user),
        );
        const what = `${limited} of ${scope} ${scope === 'key' ? name : user}`;
        if (limited === 'concurrency' && used !== 0) problems.push(`${what}: ${used} calls run for ever`);
        if (limited !== 'requests_per_minute') continue;
        const passed = of.filter(({ error_code }) => !REFUSED.has(error_code ?? ''));
        // Who left may have gone before or after the call was counted.
        const certain = passed.filter(({ error_code }) => error_code !== 'call.cancelled').length;
        const most = mostOf(limit, played);
        if (certain > most) problems.push(`${what}: ${certain} of ${most} passed`);
        if (used < certain || used > passed.length) {
          problems.push(`${what} counts ${used}, the ledger ${certain} and ${passed.length - certain} that left`);
        }
      }
    }
  }
  return problems;
}

/** On their own, replicas give away at most their part once more. */
function mostOf(limit: number, { stand, wasAway }: ServedHistory): number {
  const count = stand.servers.length;
  return wasAway ? limit + Math.max(1, Math.floor(limit / count)) * (count - 1) : limit;
}

/** A refusal says itself why it had to be. */
function refusalProblems({ seen, wasAway }: ServedHistory): string[] {
  return seen.flatMap(({ requestId, error }) => {
    const { limit = 0, used = 0, reserved_usd = 0, wanted_usd = 0, limit_name } = error?.details ?? {};
    if (error?.code === 'limit.budget') {
      if (used + reserved_usd > limit + ROUNDED_USD) return [`${requestId}: ${used} + ${reserved_usd} of ${limit} USD`];
      if (used + reserved_usd + wanted_usd <= limit - ROUNDED_USD)
        return [`${requestId} fitted: ${JSON.stringify(error.details)}`];
    }
    const isCounted = limit_name === 'requests_per_minute' || limit_name === 'concurrency';
    if (error?.code !== 'limit.rate' || !isCounted) return [];
    if (used < limit) return [`${requestId} fitted: ${used} of ${limit}`];
    // By parts, more than the limit may pass.
    if (used > limit && !wasAway) return [`${requestId}: ${used} of ${limit} ${limit_name}`];
    return [];
  });
}

/** The provider never had more calls of anybody at once than were allowed. */
function peakProblems(played: ServedHistory): string[] {
  const { history } = played.prepared;
  const { user, key } = history.rules.limits;
  const most = (limit: number | undefined) => (limit === undefined ? Number.POSITIVE_INFINITY : mostOf(limit, played));
  return [
    ...USERS.map((name) => ({ name, most: most(user.concurrency) })),
    ...KEYS.map((name) => ({ name, most: most(key.concurrency) })),
  ].flatMap(({ name, most: limit }) => {
    const peak = played.stand.upstream.peak(history.name, name);
    return peak > limit ? [`${peak} of ${limit} calls of ${name} at once`] : [];
  });
}

function nano(usd: number): number {
  return Math.round(usd * 1e9);
}
