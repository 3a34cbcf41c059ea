import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { LoadClient, Verdict } from '../chaos/support/load.ts';
import type { Scene } from '../chaos/support/scene.ts';
import { findProgram } from '../support/find-program.ts';
import { type Campaign, type DatabaseChoice, seeded } from './campaign.ts';
import { type KillStand, postgresStand, sqliteStand } from './support/kill-stand.ts';

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
  describe:
    'kill -9 under 24 clients on SQLite and on PostgreSQL, which is killed and away too: every whole reply is in the ledger once, every cut one is settled by estimate',
  n: 500,
  async run({ n, seed, database = 'both', workers = 1 }) {
    const random = seeded(seed);
    const verdict = new Verdict();
    for (const { open, kills } of standsFor(database, n, workers)) {
      if (kills > 0) await killMany(await open(), { kills, random, verdict });
    }
    if (database === 'both' && findProgram('postgres') === undefined) verdict.figure('PostgreSQL', 'not installed');
    return verdict.result(n);
  },
};

export default kill;

function standsFor(
  database: DatabaseChoice,
  n: number,
  workers: number,
): { open: () => Promise<KillStand>; kills: number }[] {
  const sqlite = { open: () => sqliteStand(workers), kills: n };
  const postgres = { open: () => postgresStand(workers), kills: n };
  if (database === 'sqlite' || (database === 'both' && findProgram('postgres') === undefined)) return [sqlite];
  if (database === 'postgres') return [postgres];
  return [
    { ...sqlite, kills: Math.ceil(n / 2) },
    { ...postgres, kills: Math.floor(n / 2) },
  ];
}

async function killMany(
  stand: KillStand,
  of: { kills: number; random: () => number; verdict: Verdict },
): Promise<void> {
  const { kills, random, verdict } = of;
  const { scene } = stand;
  const seen: Seen = { whole: new Set(), cut: new Set() };
  // Some calls need several attempts, so that kills meet calls with more than one intent.
  scene.simulator.faults.add({ match: { model: 'gpt-4o' }, fault: { kind: 'flaky', probability: 0.2 } });
  try {
    for (let at = 0; at < kills; at++) {
      const loadMs = random() < 0.2 ? 40 * random() : 100 + 500 * random();
      const isMiddle = at === Math.floor(kills / 2);
      const mend = isMiddle ? await stand.takeAway() : await stand.maybeCrash(random);
      await killUnderLoad(scene, { seen, loadMs: isMiddle ? stand.outageMs(kills) : loadMs, random });
      await mend();
      await scene.restart();
    }
    const records = await scene.records();
    compare(verdict, stand.name, { seen, records });
    await compareRollups(verdict, scene, records);
    await scene.close();
    const open = await stand.openIntents();
    verdict.must(open === 0, `${open} intents are still open`);
  } finally {
    await stand.close();
  }
}

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

function compare(
  verdict: Verdict,
  name: string,
  { seen, records }: { seen: Seen; records: readonly UsageRecord[] },
): void {
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
  verdict.figure(`whole replies, ${name}`, seen.whole.size);
  verdict.figure(`replies cut by a kill, ${name}`, seen.cut.size);
  verdict.figure(`records, ${name}`, records.length);
  verdict.figure(`settled by estimate after a kill, ${name}`, dead.length);
  verdict.figure(`of several attempts, ${name}`, records.filter(({ attempts }) => attempts.length > 1).length);
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
