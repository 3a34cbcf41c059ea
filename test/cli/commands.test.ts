import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { simulatorProviders } from '../../server/src/simulator/simulator-providers.ts';
import { runWeir } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';

let simulator: Simulator;
let weir: RunningWeir;
let server: Record<string, string>;

beforeAll(async () => {
  simulator = await startSimulator();
  weir = await startWeir({ env: { ...simulatorProviders(simulator.url) } });
  server = { WEIR_URL: weir.url, WEIR_ADMIN_KEY: weir.adminKey };
});
afterAll(async () => {
  await weir.stop();
  await simulator.close();
});

describe('weir keys', () => {
  test('creates a key that works, prints the object of the API, lists and revokes it', async () => {
    const created = await runWeir(['keys', 'create', '--name', 'ci', '--models', 'gpt-4o-mini', '--json'], {
      env: server,
    });
    expect(created.code).toBe(0);
    const object = JSON.parse(created.stdout);
    const byApi = (await weir.api('POST /api/v1/keys', { name: 'ci2', models: ['gpt-4o-mini'] })).json;
    expect(Object.keys(object)).toEqual(Object.keys(byApi));
    expect(object).toMatchObject({ name: 'ci', role: 'inference', project_id: 'default', models: ['gpt-4o-mini'] });
    const authorization = `Bearer ${object.key}`;
    expect((await weir.api('GET /v1/models', undefined, { authorization })).status).toBe(200);
    const listed = await runWeir(['keys', 'list'], { env: server });
    expect(listed.stdout).toContain(object.id);
    expect(listed.stdout).not.toContain(object.key);
    expect((await runWeir(['keys', 'revoke', object.id], { env: server })).code).toBe(0);
    expect((await weir.api('GET /v1/models', undefined, { authorization })).status).toBe(401);
  });

  test('prints the bare key for scripts, and words for people on stderr', async () => {
    const created = await runWeir(['keys', 'create', '--name', 'script'], { env: server });
    expect(created.stdout).toMatch(/^weir_[0-9A-Za-z]{49}\n$/);
    expect(created.stderr).toContain('shown only now');
  });

  test('works on a data directory only while no server uses it, with the same objects', async () => {
    const refused = await runWeir(['keys', 'list', '--data-dir', weir.dataDir]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${weir.pid}`) });
    const other = await startWeir();
    await other.stop();
    const create = ['keys', 'create', '--name', 'offline', '--json', '--data-dir', other.dataDir];
    const object = JSON.parse((await runWeir(create)).stdout);
    const byApi = (await weir.api('POST /api/v1/keys', { name: 'online' })).json;
    expect(Object.keys(object)).toEqual(Object.keys(byApi));
    const listed = JSON.parse((await runWeir(['keys', 'list', '--json', '--data-dir', other.dataDir])).stdout);
    expect(listed.data.map(({ name }: { name: string }) => name)).toContain('offline');
    const again = await startWeir({ dataDir: other.dataDir });
    const authorization = `Bearer ${object.key}`;
    expect((await again.api('GET /v1/models', undefined, { authorization })).status).toBe(200);
    await again.stop();
  });

  test.for([
    [['keys', 'create'], 2, 'Give the key a name'],
    [['keys', 'create', '--name', 'x', '--role', 'king'], 2, 'role'],
    [['keys', 'revoke'], 2, 'Name one key'],
    [['keys', 'revoke', 'key_unknown'], 1, '404'],
    [['keys', 'list', '--key', 'wrong'], 1, 'WEIR_ADMIN_KEY'],
    [['keys', 'list', '--data-dir', 'nowhere'], 2, 'nowhere'],
  ] as const)('%j ends with %i', async ([args, code, message]) => {
    expect(await runWeir(args, { env: server })).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
  });
});

describe('weir providers', () => {
  test('lists what is configured, with type, status, address and number of models', async () => {
    const env = { GROQ_API_KEY: 'gsk_0000000000000000', OPENAI_API_KEY: 'gsk_0000000000000000' };
    const listed = JSON.parse((await runWeir(['providers', 'list', '--json'], { env })).stdout).data;
    const groq = listed.find(({ name }: { name: string }) => name === 'groq');
    expect(groq).toMatchObject({ type: 'groq', status: 'ready', base_url: 'https://api.groq.com/openai/v1' });
    expect(groq.models).toBeGreaterThan(3);
    expect(listed.find(({ name }: { name: string }) => name === 'openai').status).toBe('malformed key');
    expect((await runWeir(['providers', 'list'], { env })).stdout).toMatch(/^name +type +status +base URL +models\n/);
  });

  test('tests providers for free, and with one paid call when asked', async () => {
    const env = { ...simulatorProviders(simulator.url) };
    const before = simulator.journal.entries.length;
    const free = await runWeir(['providers', 'test', '--json'], { env });
    expect(free.code).toBe(0);
    const outcomes = JSON.parse(free.stdout).data.map(({ outcome }: { outcome: string }) => outcome);
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok']);
    const asked = simulator.journal.entries.slice(before);
    expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET']);
    const paid = await runWeir(['providers', 'test', '--paid', 'openai'], { env });
    expect(paid).toMatchObject({ code: 0, stdout: expect.stringContaining('answered a call') });
  });

  test('says which key is refused and which provider is not there', async () => {
    const env = {
      ...simulatorProviders(simulator.url),
      OPENAI_API_KEY: 'sk-revoked-00000',
      GROQ_BASE_URL: 'http://127.0.0.1:1',
    };
    const tested = await runWeir(['providers', 'test', 'openai', 'groq'], { env });
    expect(tested.code).toBe(1);
    expect(tested.stdout).toMatch(/openai +fail +refuses the key \(401\): set OPENAI_API_KEY/);
    expect(tested.stdout).toMatch(/groq +fail /);
    const unknown = await runWeir(['providers', 'test', 'opnai'], { env });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "openai"?') });
  });

  test('stores a key read from standard input in the running server', async () => {
    const set = await runWeir(['providers', 'set', 'mistral'], { env: server, input: 'mistral-secret-key\n' });
    expect(set).toMatchObject({ code: 0, stdout: 'Stored the key of mistral.\n' });
    const { json } = await weir.api('GET /api/sampling/providers');
    expect(json.data.providers).toContainEqual(expect.objectContaining({ type: 'mistral', available: true }));
    const explained = await runWeir(['config', 'explain', '--data-dir', weir.dataDir]);
    expect(explained.stdout).toMatch(/credentials\.mistral\.server +\*\*\*\*-key +API/);
    expect(explained.stdout).not.toContain('mistral-secret-key');
  });
});

describe('weir usage report', () => {
  test('shows calls by model with a total, as table, JSON and CSV', async () => {
    for (const model of ['gpt-4o-mini', 'gpt-4o']) {
      const body = { model, messages: [{ role: 'user', content: 'hi' }] };
      expect((await weir.api('POST /v1/chat/completions', body)).status).toBe(200);
    }
    const table = await runWeir(['usage', 'report'], { env: server });
    expect(table.stdout).toMatch(/^model +calls +succeeded +input +output +tokens +cost USD +unpriced\n/);
    expect(table.stdout).toMatch(/\n-+ .*\ntotal +2 +100\.0% /);
    const json = JSON.parse(
      (await runWeir(['usage', 'report', '--json', '--group-by', 'provider'], { env: server })).stdout,
    );
    expect(json).toMatchObject({ request_count: 2, groups: [expect.objectContaining({ provider: 'openai' })] });
    const csv = (await runWeir(['usage', 'report', '--csv'], { env: server })).stdout;
    expect(csv.trim().split('\n')).toHaveLength(3);
    const wrong = await runWeir(['usage', 'report', '--group-by', 'colour'], { env: server });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('colour') });
  });
});

describe('weir config', () => {
  test('check passes a good file and names routes that lead nowhere', async () => {
    const cwd = temporaryDirectory();
    expect((await runWeir(['config', 'check'], { cwd })).stdout).toContain('valid');
    writeFileSync(join(cwd, 'weir.yaml'), 'routes: { fast: { targets: [openai/gpt-4o, nobody-knows-it] } }');
    const checked = await runWeir(['config', 'check', '--json'], { cwd });
    expect(checked.code).toBe(2);
    expect(JSON.parse(checked.stdout).problems).toEqual([expect.stringContaining('routes.fast.targets.1: ')]);
    writeFileSync(join(cwd, 'weir.yaml'), 'serverr: { port: 1 }');
    const broken = await runWeir(['config', 'check', '--json'], { cwd });
    expect(broken.code).toBe(2);
    expect(JSON.parse(broken.stdout)).toEqual({ valid: false, problems: [expect.stringContaining('"server"')] });
    writeFileSync(join(cwd, 'weir.yaml'), 'serverr: { port: 1 }\nretry: { jitter: some }');
    const twice = await runWeir(['config', 'check', '--json'], { cwd });
    expect(JSON.parse(twice.stdout).problems).toHaveLength(2);
  });

  test('explain says of every value who set it, with secrets masked', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'weir.yaml'), 'providers: { groq: { api_key: ${MY_KEY} } }\nserver: { port: 1 }');
    const env = { MY_KEY: 'gsk_000000000000TAIL', OPENAI_API_KEY: 'sk-000000000000LAST', PORT: '2' };
    const explained = await runWeir(['config', 'explain', '--port', '3', '--json'], { cwd, env });
    const values = new Map(
      JSON.parse(explained.stdout).data.map((row: { setting: string }) => [row.setting, row] as const),
    );
    expect(values.get('server.port')).toMatchObject({ value: 3, source: 'flag' });
    expect(values.get('server.host')).toMatchObject({ source: 'default' });
    expect(values.get('providers.groq.api_key')).toMatchObject({ value: '****TAIL', source: 'file' });
    expect(values.get('providers.openai.api_key')).toMatchObject({ value: '****LAST', source: 'env OPENAI_API_KEY' });
    expect(explained.stdout).not.toContain('000000000000');
  });

  test('explain shows what the API made, and when the file hides it', async () => {
    const route = { name: 'made', strategy: 'fallback', targets: ['openai/gpt-4o'] };
    expect((await weir.api('PUT /api/v1/routes', route)).status).toBeLessThan(300);
    const cwd = temporaryDirectory();
    const explain = ['config', 'explain', '--data-dir', weir.dataDir];
    expect((await runWeir(explain, { cwd })).stdout).toMatch(/routes\.made .* API\n/);
    writeFileSync(join(cwd, 'weir.yaml'), 'routes: { made: { targets: [openai/gpt-4o] } }');
    expect((await runWeir(explain, { cwd })).stdout).toMatch(/routes\.made .* API \(hidden: the file has it too\)\n/);
  });
});

describe('weir db backup', () => {
  test('copies the database of a running server to a file that only its owner reads', async () => {
    const file = join(temporaryDirectory(), 'backup.db');
    const done = await runWeir(['db', 'backup', file, '--data-dir', weir.dataDir, '--json']);
    expect(JSON.parse(done.stdout)).toEqual({ file, bytes: statSync(file).size });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const copy = new DatabaseSync(file, { readOnly: true });
    expect(copy.prepare('PRAGMA integrity_check').get()?.integrity_check).toBe('ok');
    expect(copy.prepare("SELECT count(*) AS n FROM api_keys WHERE id = 'admin'").get()?.n).toBe(1);
    copy.close();
    const again = await runWeir(['db', 'backup', file, '--data-dir', weir.dataDir]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing is overwritten') });
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});

describe('weir doctor', () => {
  test('finds a healthy start healthy', async () => {
    const env = { ...simulatorProviders(simulator.url), PORT: '0' };
    const ended = await runWeir(['doctor', '--json'], { cwd: temporaryDirectory(), env });
    const findings = JSON.parse(ended.stdout).data as { outcome: string; subject: string }[];
    expect(findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(findings.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([
        'Node.js',
        'SQLite',
        'configuration',
        'data directory',
        'master key',
        'port',
        'clock',
        'provider groq',
      ]),
    );
    expect(ended.code).toBe(0);
  });

  test('says what is wrong and what to do about it', async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, '.weir'));
    writeFileSync(join(cwd, '.weir', 'master.key'), 'x');
    chmodSync(join(cwd, '.weir', 'master.key'), 0o644);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const env = {
      PORT: String((other.address() as AddressInfo).port),
      OPENAI_API_KEY: 'k-12345',
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
    };
    const ended = await runWeir(['doctor'], { cwd, env });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/fail {2}master key: .*mode 644.*\n +chmod 600 /);
    expect(ended.stdout).toMatch(/warn {2}port: .* is in use\n +.*--port/);
    expect(ended.stdout).toMatch(/fail {2}provider openai: /);
    writeFileSync(join(cwd, 'weir.yaml'), 'servr: {}');
    expect((await runWeir(['doctor'], { cwd })).stdout).toMatch(/fail {2}configuration: .*did you mean "server"/);
  });
});
