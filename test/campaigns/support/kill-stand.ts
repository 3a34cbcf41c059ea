import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { Scene, type SceneOptions } from '../../chaos/support/scene.ts';
import { startPostgres } from '../../support/postgres.ts';
import { TEST_MASTER_KEY } from '../../support/replicas.ts';

/** A Weir to be killed, and what its records are kept in. */
export interface KillStand {
  /** For the figures. */
  readonly name: string;
  readonly scene: Scene;
  /** Makes the database unusable; what it gives brings it back. Does nothing where there is no database server. */
  takeAway(): Promise<() => Promise<void>>;
  /** How long it is away, in a run of so many kills. */
  outageMs(kills: number): number;
  /** Now and then the database is killed together with Weir. */
  maybeCrash(random: () => number): Promise<() => Promise<void>>;
  openIntents(): Promise<number>;
  close(): Promise<void>;
}

const SCENE: SceneOptions = {
  simulator: { latency: { firstTokenMs: 3, interTokenMs: 0.5 } },
  routes: { twice: { targets: ['openai/gpt-4o', 'backup/gpt-4o-mini'] } },
  config: { retry: { base_delay_ms: 5, max_delay_ms: 50 } },
};

function sceneOf(workers: number): SceneOptions {
  return workers === 1 ? SCENE : { ...SCENE, config: { ...SCENE.config, server: { workers } } };
}

const NOTHING = async () => {};
const CRASH_SHARE = 0.1;
/** A long run has the outage that the promise is about, a short one a taste of it. */
const LONG_RUN = 20;
const LONG_OUTAGE_MS = 30_000;
const SHORT_OUTAGE_MS = 3000;

export async function sqliteStand(workers = 1): Promise<KillStand> {
  const scene = await Scene.start(sceneOf(workers));
  const { dataDir } = scene.weir;
  return {
    name: 'SQLite',
    scene,
    takeAway: async () => NOTHING,
    outageMs: () => 300,
    maybeCrash: async () => NOTHING,
    async openIntents() {
      const db = new DatabaseSync(join(dataDir, 'weir.db'), { readOnly: true });
      const row = db.prepare('select count(*) as open from open_intents').get();
      db.close();
      return Number(row?.open);
    },
    async close() {
      await scene.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function postgresStand(workers = 1): Promise<KillStand> {
  const postgres = await startPostgres();
  const url = await postgres.database();
  const env = { DATABASE_URL: url, WEIR_MASTER_KEY: TEST_MASTER_KEY };
  const scene = await Scene.start({ ...sceneOf(workers), env });
  const { dataDir } = scene.weir;
  return {
    name: 'PostgreSQL',
    scene,
    async takeAway() {
      await postgres.end('crash');
      return () => postgres.start();
    },
    outageMs: (kills) => (kills >= LONG_RUN ? LONG_OUTAGE_MS : SHORT_OUTAGE_MS),
    async maybeCrash(random) {
      if (random() >= CRASH_SHARE) return NOTHING;
      await postgres.end('crash');
      return () => postgres.start();
    },
    async openIntents() {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query('select count(*) as open from open_intents');
      await client.end();
      return Number(rows[0]?.open);
    },
    async close() {
      await scene.close();
      await postgres.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
