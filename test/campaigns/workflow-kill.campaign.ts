import type { UsageRecord } from '../../server/src/kernel/usage-record.ts';
import { pause } from '../../server/src/simulator/pacing.ts';
import { Verdict } from '../chaos/support/load.ts';
import { findProgram } from '../support/find-program.ts';
import type { RunningWeir } from '../support/weir.ts';
import { type Campaign, type DatabaseChoice, seeded } from './campaign.ts';
import { type EffectServer, startEffectServer } from './support/effect-server.ts';
import { openWorkflowStand, type WorkflowStand } from './support/workflow-stand.ts';

const STEPS = 20;
const RUNS_PER_KILL = 2;
const LONGEST_MS = 1200;
const OVER_LIMIT_MS = 90_000;
const NEVER = new AbortController().signal;

const workflowKill: Campaign = {
  name: 'workflow-kill',
  describe:
    'kill -9 of one of 1 or 3 workers in runs of 20 steps, on SQLite and PostgreSQL: no run is lost, no finished step runs twice, nothing that must happen once is repeated, no answer in the ledger is paid twice',
  n: 300,
  async run({ n, seed, database = 'both' }) {
    const random = seeded(seed);
    const verdict = new Verdict();
    const stands = standsFor(database);
    for (const [at, of] of stands.entries()) {
      const kills = Math.floor(n / stands.length) + (at < n % stands.length ? 1 : 0);
      if (kills > 0) await killMany(of, { kills, random, verdict });
    }
    return verdict.result(n);
  },
};

export default workflowKill;

interface StandChoice {
  readonly database: 'sqlite' | 'postgres';
  readonly workers: 1 | 3;
}

function standsFor(database: DatabaseChoice): StandChoice[] {
  const hasPostgres = findProgram('postgres') !== undefined;
  const chosen = database === 'both' ? (['sqlite', 'postgres'] as const) : [database];
  return chosen
    .filter((each) => each === 'sqlite' || hasPostgres)
    .flatMap((each) => [
      { database: each, workers: 1 },
      { database: each, workers: 3 },
    ]);
}

async function killMany(
  of: StandChoice,
  { kills, random, verdict }: { kills: number; random: () => number; verdict: Verdict },
): Promise<void> {
  const effects = await startEffectServer();
  const stand = await openWorkflowStand({ ...of, effects });
  const name = `${of.database} x${of.workers}`;
  try {
    const created = await stand.any().api('POST /api/workflows', twentySteps(effects.url));
    verdict.must(created.status === 201, `${name}: no workflow: ${created.text.slice(0, 300)}`);
    const runs: string[] = [];
    for (let at = 0; at < kills; at++) {
      const ids = await begin(stand.any(), created.json.id);
      await pause(random() * LONGEST_MS, NEVER);
      await stand.killOne(random);
      for (const id of ids) {
        const status = await untilOver(stand, { id, effects, verdict });
        verdict.must(status === 'completed', `${name}: run ${id} is ${status}`);
      }
      runs.push(...ids);
    }
    const records = await stand.records();
    let asked = 0;
    for (const id of runs) asked += await compare(stand.any(), { id, effects, records, verdict });
    verdict.figure(`runs, ${name}`, runs.length);
    verdict.figure(`calls of effects, ${name}`, effects.total());
    verdict.figure(`people asked, ${name}`, stand.asked());
    verdict.figure(`steps tried again after a kill, ${name}`, asked);
  } finally {
    await stand.close();
    await effects.close();
  }
}

/** Once, idempotent and harmless effects, model calls and pure steps in turn. */
function twentySteps(url: string): object {
  const address = (kind: string, at: number) => `${url}/${kind}/{{run.id}}/${at}`;
  const kinds = [
    (at: number) => ({ type: 'http', config: { method: 'POST', url: address('once', at), body: { at } } }),
    (at: number) => ({
      type: 'sampling',
      config: {
        model: 'openai/gpt-4o-mini',
        maxTokens: 20,
        messages: [{ role: 'user', content: `Step ${at} of {{run.id}}` }],
      },
    }),
    (at: number) => ({ type: 'http', config: { method: 'PUT', url: address('again', at), body: { at } } }),
    (at: number) => ({ type: 'http', config: { method: 'GET', url: address('look', at) } }),
    (at: number) => ({ type: 'set', config: { values: { at } } }),
  ];
  const steps = Array.from({ length: STEPS }, (_, at) => ({ name: `s${at}`, ...kinds[at % kinds.length]?.(at) }));
  return { name: 'twenty', steps };
}

async function begin(weir: RunningWeir, workflowId: string): Promise<string[]> {
  const started = await Promise.all(
    Array.from({ length: RUNS_PER_KILL }, () => weir.api(`POST /api/workflows/${workflowId}/execute`, { input: {} })),
  );
  return started.map(({ json }) => String(json.execution_id));
}

/** Answers for the person: what the other side says is what happened. */
async function untilOver(
  stand: WorkflowStand,
  of: { id: string; effects: EffectServer; verdict: Verdict },
): Promise<string> {
  const until = Date.now() + OVER_LIMIT_MS;
  for (;;) {
    const { json } = await stand.any().api(`GET /api/executions/${of.id}`);
    if (['completed', 'failed', 'cancelled'].includes(json?.status) || Date.now() > until) return String(json?.status);
    for (const item of await stand.openItems(of.id)) {
      of.verdict.must(item.kind === 'needs_attention', `${of.id} asks for ${item.kind}`);
      const at = String(item.step).slice(1);
      const hasHappened = of.effects.count('once', of.id, at) > 0;
      const data = { outcome: hasHappened ? 'happened' : 'not_happened' };
      await stand.decide(item.id, data);
    }
    await pause(50, NEVER);
  }
}

/** What the other sides saw of one run; gives how many steps were tried more than once. */
async function compare(
  weir: RunningWeir,
  of: { id: string; effects: EffectServer; records: readonly UsageRecord[]; verdict: Verdict },
): Promise<number> {
  const { id, effects, verdict } = of;
  const { json } = await weir.api(`GET /api/executions/${id}`);
  for (let at = 0; at < STEPS; at += 5) {
    verdict.must(
      effects.count('once', id, String(at)) === 1,
      `${id}: step ${at} happened ${effects.count('once', id, String(at))} times`,
    );
  }
  const order = effects.orderOf(id);
  verdict.must(
    order.every((at, index) => index === 0 || at >= (order[index - 1] as number)),
    `${id}: a finished step ran again: ${order.join(' ')}`,
  );
  const records = of.records.filter((record) => record.run_id === id);
  for (let at = 1; at < STEPS; at += 5) {
    const answered = records.filter((record) => record.step === `s${at}` && record.success);
    verdict.must(answered.length <= 1, `${id}: step ${at} was answered and paid ${answered.length} times`);
  }
  const paid = records.reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
  const shown = Math.round(Number(json.cost_usd) * 1e9);
  verdict.must(shown === paid, `${id} shows ${shown} nano-USD, the ledger has ${paid}`);
  return (json.steps as { retry_count: number }[]).filter(({ retry_count }) => retry_count > 0).length;
}
