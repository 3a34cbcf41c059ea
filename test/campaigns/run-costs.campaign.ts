import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NANO_PER_USD, usdFromNano } from '../../server/src/kernel/money.ts';
import { openSqliteStorage } from '../../server/src/storage/sqlite/open-storage.ts';
import { completion, type SentRequest } from '../chaos/support/gateway-fixture.ts';
import { inParallel, Verdict } from '../chaos/support/load.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { BY } from '../workflows/engine-stand.ts';
import { paidStand } from '../workflows/paid-stand.ts';
import { type Campaign, seeded } from './campaign.ts';
import { type DrawnFlow, drawFlow } from './run-costs/draw-flow.ts';

const AT_ONCE = 8;

const runCosts: Campaign = {
  name: 'run-costs',
  describe:
    'random workflows of model calls with failures, retries, fallbacks, re-asks, cache hits, maps and sub-workflows: what the attempts of a run cost is what the ledger says, to the nano-USD, and no budget is passed',
  n: 400,
  async run({ n, seed }) {
    const directory = mkdtempSync(join(tmpdir(), 'run-costs-'));
    const storage = await openSqliteStorage({ file: join(directory, 'weir.db'), clock: systemClock });
    const verdict = new Verdict();
    try {
      const random = seeded(seed);
      for (const cache of [false, true]) {
        const flows = Array.from({ length: cache ? Math.floor(n / 2) : Math.ceil(n / 2) }, (_, at) =>
          drawFlow(random, `flow-${cache ? 'cached' : 'paid'}-${at}`),
        );
        await playAll(flows, { stood: paidStand({ storage, cache }), random, verdict });
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
  await inParallel(flows.length, AT_ONCE, async (at) => {
    const cost = await play(flows[at] as DrawnFlow, stood, verdict);
    spent += cost;
  });
  await stood.engine.stop(1000);
  const { settled } = stood.ledger;
  const inAll = settled.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
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
    'calls from the cache',
    count(({ cache }) => cache === 'hit'),
  );
  verdict.figure(
    'calls with more than one attempt',
    count(({ attempts }) => attempts.length > 1),
  );
  verdict.figure('USD', inAll / NANO_PER_USD);
}

/** A good reply, one that is no JSON, a failure worth another try, one that is not, or a reply without usage. */
function answer(sent: SentRequest, draw: number): void {
  if (draw < 0.55) sent.answer(200, completion('{"fine": true}'));
  else if (draw < 0.7) sent.answer(200, completion('no JSON'));
  else if (draw < 0.85) sent.answer(503, { error: { message: 'down' } });
  else if (draw < 0.95) sent.answer(400, { error: { message: 'no' } });
  else sent.answer(200, completion('{"fine": true}', null));
}

/** Plays one flow; gives what the ledger says that it cost, in nano-USD. */
async function play(flow: DrawnFlow, stood: Stood, verdict: Verdict): Promise<number> {
  for (const document of flow.inner) await stood.workflows.create(BY, document);
  const run = await stood.run(flow.document);
  // Attempts at sub-workflows cost what the attempts in them do.
  const attempts = (await stood.attempts(run.id)).filter(({ request_id }) => request_id !== null);
  const ids = new Set(attempts.flatMap(({ request_id }) => request_id ?? []));
  const records = stood.ledger.settled.filter(({ request_id }) => ids.has(request_id));
  const ledgerNano = records.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
  const attemptsNano = attempts.reduce((sum, { cost_nano }) => sum + (cost_nano ?? Number.NaN), 0);
  const named = `${flow.document.name} (${run.status})`;
  verdict.must(run.status === 'completed' || run.status === 'failed', `${named} is not over`);
  verdict.must(attemptsNano === ledgerNano, `${named}: attempts ${attemptsNano}, ledger ${ledgerNano} nano-USD`);
  verdict.must(
    run.cost_usd === usdFromNano(ledgerNano),
    `${named}: run ${run.cost_usd}, ledger ${usdFromNano(ledgerNano)} USD`,
  );
  const ofModels = Object.values(run.modelBreakdown).reduce((sum, { cost_usd }) => sum + cost_usd, 0);
  verdict.must(Math.abs(ofModels - run.cost_usd) < 1e-12, `${named}: models ${ofModels}, run ${run.cost_usd} USD`);
  verdict.must(new Set(records.map(({ request_id }) => request_id)).size === records.length, `${named}: a call twice`);
  const made = records.filter((record) => record.attempts.length > 0 && record.run_id === run.id).length;
  if (flow.calls !== undefined) verdict.must(made <= flow.calls, `${named}: ${made} calls of ${flow.calls}`);
  if (flow.usd !== undefined)
    verdict.must(ledgerNano <= flow.usd * NANO_PER_USD, `${named}: ${ledgerNano} of ${flow.usd} USD`);
  return ledgerNano;
}
