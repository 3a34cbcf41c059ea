import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { LoadClient, Verdict } from '../chaos/support/load.ts';
import { Scene } from '../chaos/support/scene.ts';
import { type Campaign, seeded } from './campaign.ts';

const CLIENTS = 24;
const NEVER = new AbortController().signal;

/** What the clients know when all is over. */
interface Seen {
  /** Replies received whole. */
  readonly whole: Set<string>;
  /** Calls whose headers arrived and whose reply did not. */
  readonly cut: Set<string>;
}

const kill: Campaign = {
  name: 'kill',
  describe: 'kill -9 under 24 clients: every whole reply is in the ledger once, every cut one is settled by estimate',
  n: 200,
  async run({ n, seed }) {
    const random = seeded(seed);
    const scene = await Scene.start({
      simulator: { latency: { firstTokenMs: 3, interTokenMs: 0.5 } },
      routes: { twice: { targets: ['openai/gpt-4o', 'backup/gpt-4o-mini'] } },
      config: { retry: { base_delay_ms: 5, max_delay_ms: 50 } },
    });
    // Some calls need several attempts, so that kills meet calls with more than one intent.
    scene.simulator.faults.add({ match: { model: 'gpt-4o' }, fault: { kind: 'flaky', probability: 0.2 } });
    const seen: Seen = { whole: new Set(), cut: new Set() };
    try {
      for (let kills = 0; kills < n; kills++) {
        const loadMs = random() < 0.2 ? 40 * random() : 100 + 500 * random();
        await killUnderLoad(scene, { seen, loadMs, random });
        await scene.restart();
      }
      const verdict = new Verdict();
      const records = await scene.records();
      compare(verdict, seen, records);
      await compareRollups(verdict, scene, records);
      await scene.close();
      compareIntents(verdict, scene.weir.dataDir);
      return verdict.result(n);
    } finally {
      await scene.close();
      rmSync(scene.weir.dataDir, { recursive: true, force: true });
    }
  },
};

export default kill;

async function killUnderLoad(scene: Scene, of: { seen: Seen; loadMs: number; random: () => number }): Promise<void> {
  const client = new LoadClient(scene.weir);
  let running = true;
  const load = async () => {
    while (running) {
      const stream = of.random() < 0.5;
      const wire = of.random() < 0.3 ? 'anthropic' : 'openai';
      const model = wire === 'anthropic' ? 'anthropic/claude-3-5-haiku-latest' : 'twice';
      const ending = await client.call({ wire, model, stream, prompt: 'Write it in 20 words.' });
      if (ending.isWhole) of.seen.whole.add(ending.requestId);
      else if (ending.requestId !== '') of.seen.cut.add(ending.requestId);
      else return;
    }
  };
  const clients = Array.from({ length: CLIENTS }, load);
  await pause(of.loadMs, NEVER);
  await scene.weir.kill9();
  running = false;
  await Promise.all(clients);
  client.close();
}

function compare(verdict: Verdict, seen: Seen, records: readonly UsageRecord[]): void {
  const byId = new Map<string, UsageRecord[]>();
  for (const record of records) byId.set(record.request_id, [...(byId.get(record.request_id) ?? []), record]);
  for (const id of seen.whole) {
    const record = byId.get(id)?.[0];
    verdict.must(record !== undefined, `${id} was received whole and is not in the ledger`);
    verdict.must(record === undefined || record.success, `${id} was received whole and recorded as ${record?.error}`);
  }
  for (const id of seen.cut) verdict.must(byId.has(id), `${id} had begun and is not in the ledger`);
  for (const [id, of] of byId) verdict.must(of.length === 1, `${id} has ${of.length} records`);
  const dead = records.filter(({ error }) => error?.includes('process ended') === true);
  for (const record of dead) {
    const { request_id, cost_state, attempts } = record;
    verdict.must(cost_state === 'estimated' && attempts.length > 0, `${request_id} died and is ${cost_state}`);
  }
  verdict.figure('whole replies', seen.whole.size);
  verdict.figure('replies cut by a kill', seen.cut.size);
  verdict.figure('records', records.length);
  verdict.figure('settled by estimate after a kill', dead.length);
  verdict.figure('of several attempts', records.filter(({ attempts }) => attempts.length > 1).length);
}

/** The report is made from rollups; it must be the sum of the records. */
async function compareRollups(verdict: Verdict, scene: Scene, records: readonly UsageRecord[]): Promise<void> {
  const reply = await scene.weir.api('GET /api/v1/usage/report?from=0&to=4102444800000&group_by=model');
  const cost = records.reduce((sum, record) => sum + BigInt(record.cost_nano_usd), 0n);
  const tokens = records.reduce((sum, { tokens_used }) => sum + tokens_used, 0);
  const { request_count, total_cost, token_usage } = reply.json;
  verdict.must(
    request_count === records.length,
    `the report counts ${request_count} calls, the ledger ${records.length}`,
  );
  verdict.must(token_usage.total === tokens, `the report counts ${token_usage.total} tokens, the ledger ${tokens}`);
  const reported = BigInt(Math.round(Number(total_cost) * 1e9));
  verdict.must(reported === cost, `the report has ${reported} nano-USD, the ledger ${cost}`);
}

function compareIntents(verdict: Verdict, dataDir: string): void {
  const db = new DatabaseSync(join(dataDir, 'weir.db'), { readOnly: true });
  const row = db.prepare('select count(*) as open from open_intents').get();
  db.close();
  verdict.must(Number(row?.open) === 0, `${row?.open} intents are still open`);
}
