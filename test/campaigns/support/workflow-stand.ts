import { rmSync } from 'node:fs';
import type { UsageRecord } from '../../../server/src/kernel/usage-record.ts';
import { startSimulator } from '../../../server/src/simulator/server.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { TEST_MASTER_KEY } from '../../support/replicas.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import type { EffectServer } from './effect-server.ts';

/** Weir processes that drive runs, to be killed. */
export interface WorkflowStand {
  /** One that serves. */
  any(): RunningWeir;
  /** Kills one of them in the middle of whatever it does, and starts it again on its data. */
  killOne(random: () => number): Promise<void>;
  openItems(runId: string): Promise<readonly { id: string; kind: string; step: string }[]>;
  decide(itemId: string, data: object): Promise<void>;
  /** How often a person was asked. */
  asked(): number;
  records(): Promise<UsageRecord[]>;
  close(): Promise<void>;
}

const LEASE_S = 3;

/**
 * On SQLite a data directory belongs to one process: three workers are its threads, and a kill ends all of them. On
 * PostgreSQL they are three processes with a data directory each.
 */
export async function openWorkflowStand(of: {
  readonly database: 'sqlite' | 'postgres';
  readonly workers: 1 | 3;
  readonly effects: EffectServer;
}): Promise<WorkflowStand> {
  const simulator = await startSimulator({ latency: { firstTokenMs: 5, interTokenMs: 0.5 } });
  const postgres: Postgres | undefined = of.database === 'postgres' ? await startPostgres() : undefined;
  const url = await postgres?.database();
  const threads = postgres === undefined ? of.workers : 1;
  const config = JSON.stringify({
    providers: { openai: { api_key: 'sk-first', base_url: `${simulator.url}/v1` } },
    egress: { allow: ['127.0.0.1'] },
    workflows: { lease_s: LEASE_S },
    ...(threads === 1 ? {} : { server: { workers: threads } }),
  });
  const env = url === undefined ? {} : { DATABASE_URL: url, WEIR_MASTER_KEY: TEST_MASTER_KEY };
  const all: RunningWeir[] = [];
  for (let at = 0; at < (postgres === undefined ? 1 : of.workers); at++) all.push(await startWeir({ config, env }));
  let asked = 0;
  const any = () => all[0] as RunningWeir;
  return {
    any,
    async killOne(random) {
      const at = Math.floor(random() * all.length);
      const killed = all[at] as RunningWeir;
      await killed.kill9();
      all[at] = await startWeir({ config, env, dataDir: killed.dataDir });
    },
    async openItems(runId) {
      const { json } = await any().api('GET /api/v1/inbox?status=open&limit=100');
      return (json?.data ?? []).filter((item: { execution_id: string }) => item.execution_id === runId);
    },
    async decide(itemId, data) {
      asked++;
      await any().api(`POST /api/v1/inbox/${itemId}/approve`, { data });
    },
    asked: () => asked,
    async records() {
      const records: UsageRecord[] = [];
      for (let cursor = ''; ; ) {
        const { json, status, text } = await any().api(`GET /api/v1/usage/records?limit=1000${cursor}`);
        if (status !== 200) throw new Error(`no records: ${text.slice(0, 300)}`);
        records.push(...json.data);
        if (json.next_cursor === null) return records;
        cursor = `&cursor=${encodeURIComponent(json.next_cursor)}`;
      }
    },
    async close() {
      await Promise.all(all.map((weir) => weir.stop()));
      await simulator.close();
      await postgres?.remove();
      for (const { dataDir } of all) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
