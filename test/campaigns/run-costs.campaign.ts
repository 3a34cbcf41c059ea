import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { NANO_PER_USD, usdFromNano } from '../../server/src/kernel/money.ts';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import type { AttemptRow } from '../../server/src/ports/workflow-store.ts';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { completion, type SentRequest } from '../chaos/support/gateway-fixture.ts';
import { inParallel, Verdict } from '../chaos/support/load.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { BY } from '../workflows/engine-stand.ts';
import { breakdownOf, paidStand } from '../workflows/paid-stand.ts';
import { type Campaign, seeded } from './campaign.ts';
import { type DrawnFlow, drawFlow } from './run-costs/draw-flow.ts';

const AT_ONCE = 8;

const STANDS = [{ cache: false }, { cache: true }, { judge: 'monitor' }, { cache: true, judge: 'block' }] as const;

const runCosts: Campaign = {
  name: 'run-costs',
  describe:
    'random workflows of model calls, and of tools that ask models, with failures, retries, fallbacks, re-asks, cache hits, judges, maps and sub-workflows: what each step, run and model costs is what the ledger says, to the nano-USD, and no budget is passed',
  n: 400,
  async run({ n, seed }) {
    const directory = mkdtempSync(join(tmpdir(), 'run-costs-'));
    const storage = await openSqliteStorage({ file: join(directory, 'weir.db'), clock: systemClock });
    const verdict = new Verdict();
    try {
      const random = seeded(seed);
      for (const [stand, options] of STANDS.entries()) {
        const flows = Array.from({ length: Math.ceil((n - stand) / STANDS.length) }, (_, at) =>
          drawFlow(random, `flow-${stand}-${at}`),
        );
        await playAll(flows, { stood: paidStand({ storage, ...options }), random, verdict });
      }
    } finally {
      await storage.close();
      rmSync(directory, { recursive: true });
    }
    return verdict.result(n);
  },
};

export default runCosts;

type Stood = ReturnType<typeof paidStand>;

async function playAll(
  flows: readonly DrawnFlow[],
  of: { stood: Stood; random: () => number; verdict: Verdict },
): Promise<void> {
  const { stood, random, verdict } = of;
  stood.http.onRequest = (sent) => setImmediate(() => answer(sent, random()));
  await stood.engine.start();
  let spent = 0;
  let late = 0;
  await inParallel(flows.length, AT_ONCE, async (at) => {
    const played = await play(flows[at] as DrawnFlow, stood, verdict);
    spent += played.costNano;
    late += played.late;
  });
  await stood.engine.stop(1000);
  const { settled } = stood.ledger;
  const inAll = sum(settled);
  verdict.must(spent === inAll, `runs cost ${spent} nano-USD, the ledger has ${inAll}`);
  verdict.must(stood.problems.length === 0, `the engine met ${String(stood.problems[0])}`);
  const count = (holds: (record: (typeof settled)[number]) => boolean) => settled.filter(holds).length;
  verdict.figure('calls', settled.length);
  verdict.figure('requests upstream', stood.http.requests.length);
  verdict.figure(
    'calls that failed',
    count(({ success }) => !success),
  );
  verdict.figure(
    'calls of tool servers',
    count(({ wire }) => wire.startsWith('mcp:')),
  );
  verdict.figure(
    'judges',
    count(({ wire }) => wire === 'guard-judge'),
  );
  verdict.figure(
    'calls from the cache',
    count(({ cache }) => cache === 'hit'),
  );
  verdict.figure(
    'calls with more than one attempt',
    count(({ attempts }) => attempts.length > 1),
  );
  verdict.figure('steps whose cost came late', late);
  verdict.figure('USD', inAll / NANO_PER_USD);
}

/** A good reply, one that is no JSON, a failure worth another try, one that is not, or a reply without usage. */
function answer(sent: SentRequest, draw: number): void {
  const isJudge = String(sent.request.body).includes('"model":"judge"');
  if (isJudge && draw < 0.8) return sent.answer(200, completion('{"verdict": "allow", "type": "none", "score": 0}'));
  if (draw < 0.55) sent.answer(200, completion('{"fine": true}'));
  else if (draw < 0.7) sent.answer(200, completion('no JSON'));
  else if (draw < 0.85) sent.answer(503, { error: { message: 'down' } });
  else if (draw < 0.95) sent.answer(400, { error: { message: 'no' } });
  else sent.answer(200, completion('{"fine": true}', null));
}

/** Plays one flow; gives what the ledger says that it cost, and how many of its steps did not know theirs when they ended. */
async function play(
  flow: DrawnFlow,
  stood: Stood,
  verdict: Verdict,
): Promise<{ readonly costNano: number; readonly late: number }> {
  for (const document of flow.inner) await stood.workflows.create(BY, document);
  const { id } = await stood.run(flow.document);
  const { run, records } = await lookedAt(id, stood);
  const ledgerNano = sum(records);
  const named = `${flow.document.name} (${run.status})`;
  verdict.must(run.status === 'completed' || run.status === 'failed', `${named} is not over`);
  const costs = costsOf(await stood.attempts(run.id));
  for (const [step, nano] of costs) {
    // A step whose judge answered late is priced from the ledger when it is looked at, as the run above.
    if (nano === undefined) continue;
    const recorded = sum(records.filter((record) => placeOf(record) === step));
    verdict.must(nano === recorded, `${named}: ${step} costs ${nano}, ledger ${recorded} nano-USD`);
  }
  verdict.must(
    run.cost_usd === usdFromNano(ledgerNano),
    `${named}: run ${run.cost_usd}, ledger ${usdFromNano(ledgerNano)} USD`,
  );
  verdict.must(
    isDeepStrictEqual({ ...run.modelBreakdown }, breakdownOf(records)),
    `${named}: models ${JSON.stringify(run.modelBreakdown)}, ledger ${JSON.stringify(breakdownOf(records))}`,
  );
  verdict.must(new Set(records.map(({ request_id }) => request_id)).size === records.length, `${named}: a call twice`);
  const made = records.filter(({ attempts, wire }) => attempts.length > 0 && wire !== 'guard-judge').length;
  if (flow.calls !== undefined) verdict.must(made <= flow.calls, `${named}: ${made} calls of ${flow.calls}`);
  if (flow.usd !== undefined)
    verdict.must(ledgerNano <= flow.usd * NANO_PER_USD, `${named}: ${ledgerNano} of ${flow.usd} USD`);
  return { costNano: ledgerNano, late: [...costs.values()].filter((nano) => nano === undefined).length };
}

/** A run that is over and what the ledger has of it, at one moment: a call that was made beside it may be settled in between. */
async function lookedAt(id: string, stood: Stood) {
  for (;;) {
    const before = await stood.recordsOf(id);
    const run = await stood.settled(id);
    const records = await stood.recordsOf(id);
    if (records.length === before.length) return { run, records };
  }
}

/**
 * What the attempts at each step cost; undefined: it was not known by their end. Those at sub-workflows are left out: they cost
 * what the attempts in them do.
 */
function costsOf(attempts: readonly AttemptRow[]): Map<string, number | undefined> {
  const costs = new Map<string, number | undefined>();
  for (const { run_id, path, cost_nano, idempotency_key } of attempts) {
    if (idempotency_key.startsWith('exec_') && !idempotency_key.includes(':')) continue;
    const place = placeOf({ run_id, step: path });
    const before = costs.has(place) ? costs.get(place) : 0;
    costs.set(place, cost_nano === null || before === undefined ? undefined : before + cost_nano);
  }
  return costs;
}

function placeOf({ run_id, step }: { run_id: string | null; step: string | null }): string {
  return `${run_id} ${step}`;
}

function sum(records: readonly UsageRecord[]): number {
  return records.reduce((total, { cost_nano_usd }) => total + cost_nano_usd, 0);
}
