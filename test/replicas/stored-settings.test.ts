import { afterAll, beforeAll, expect, test } from 'vitest';
import { requires } from '../support/optional.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { startReplica, TEST_MASTER_KEY } from '../support/replicas.ts';
import { runWeir } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { RunningWeir } from '../support/weir.ts';

requires('postgres')('settings that the API stored in PostgreSQL', () => {
  let postgres: Postgres;
  let weir: RunningWeir;
  let env: Record<string, string>;

  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.database();
    env = { DATABASE_URL: url, WEIR_MASTER_KEY: TEST_MASTER_KEY };
    weir = await startReplica(url);
  });
  afterAll(async () => {
    await weir.stop();
    await postgres.remove();
  });

  const run = (...args: string[]) => runWeir(args, { cwd: temporaryDirectory(), env });

  test('are shown by config explain and seen by the doctor', async () => {
    const route = { name: 'made', strategy: 'fallback', targets: ['openai/gpt-4o'] };
    expect((await weir.api('PUT /api/v1/routes', route)).status).toBeLessThan(300);
    const credential = { provider: 'openai', secret: 'sk-nobodymayseethisLAST', scope: 'server' };
    expect((await weir.api('POST /api/v1/credentials', credential)).status).toBe(201);
    const explained = await run('config', 'explain');
    expect(explained.stdout).toMatch(/routes\.made .* API\n/);
    expect(explained.stdout).toMatch(/credentials\.openai\.server +\*\*\*\*LAST +API\n/);
    expect(explained.stdout).not.toContain('nobodymaysee');
    const { stdout } = await run('doctor');
    expect(stdout).toMatch(/ok {4}database: PostgreSQL at 127\.0\.0\.1:\d+\/\S+ answers; \d+ settings and credentials/);
    expect(stdout).toContain('credentials stored by API: openai.server');
  });

  test('are none in an empty database, which stays empty', async () => {
    const empty = { ...env, DATABASE_URL: await postgres.database() };
    const explained = await runWeir(['config', 'explain'], { cwd: temporaryDirectory(), env: empty });
    expect([explained.code, explained.stdout.includes(' API\n')]).toEqual([0, false]);
    const { stdout } = await runWeir(['doctor'], { cwd: temporaryDirectory(), env: empty });
    expect(stdout).toContain('answers; 0 settings and credentials');
  });

  test('are missed aloud when the database is away: the rest is shown', async () => {
    const away = { ...env, DATABASE_URL: 'postgres://weir@127.0.0.1:1/weir' };
    const explained = await runWeir(['config', 'explain'], { cwd: temporaryDirectory(), env: away });
    expect([explained.code, explained.stdout.includes('server.port')]).toEqual([0, true]);
    expect(explained.stderr).toContain('what was made by API is not shown');
    const { stdout, code } = await runWeir(['doctor'], { cwd: temporaryDirectory(), env: away });
    expect(stdout).toMatch(/fail {2}database: PostgreSQL at 127\.0\.0\.1:1\/weir/);
    expect(code).toBe(1);
  });
});
