import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { requirement } from '../support/requirement.ts';
import { runWeir } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWeir, type WeirOptions } from '../support/weir.ts';

async function start(options: WeirOptions = {}) {
  const weir = await startWeir(options);
  onTestFinished(() => weir.stop());
  return weir;
}

function logLines(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe('weir serve', () => {
  test('makes a data directory that only its owner can read', async () => {
    const dataDir = join(temporaryDirectory(), 'new', 'data');
    await start({ dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  test('creates an admin key at the first start, shows it once and never again', async () => {
    const dataDir = temporaryDirectory();
    const first = await start({ dataDir, env: { WEIR_ADMIN_KEY: '' } });
    const keys = first.log().match(/weir_[0-9A-Za-z]{49}/g) ?? [];
    expect(keys).toHaveLength(1);
    const authorization = `Bearer ${keys[0]}`;
    expect((await first.api('GET /api/v1/keys', undefined, { authorization })).status).toBe(200);
    await first.stop();
    const second = await start({ dataDir, env: { WEIR_ADMIN_KEY: '' } });
    expect(second.log()).not.toMatch(/weir_[0-9A-Za-z]{49}/);
    expect((await second.api('GET /api/v1/keys', undefined, { authorization })).status).toBe(200);
  });

  test('replaces the admin key of an existing data directory by WEIR_ADMIN_KEY', async () => {
    const dataDir = temporaryDirectory();
    const first = await start({ dataDir, env: { WEIR_ADMIN_KEY: 'the-first-admin-key-000000' } });
    await first.stop();
    const second = await start({ dataDir, env: { WEIR_ADMIN_KEY: 'the-second-admin-key-00000' } });
    const with_ = (key: string) => second.api('GET /api/v1/keys', undefined, { authorization: `Bearer ${key}` });
    expect((await with_('the-first-admin-key-000000')).status).toBe(401);
    expect((await with_('the-second-admin-key-00000')).status).toBe(200);
    expect(second.log()).not.toContain('the-second-admin-key');
  });

  test.for([
    [['--host', '0.0.0.0'], {}, 'WEIR_ADMIN_KEY'],
    [[], { WEIR_ADMIN_KEY: 'too-short' }, 'WEIR_ADMIN_KEY must have at least 24'],
    [['--config', 'no-such.yaml'], {}, 'no-such.yaml'],
    [['--port', '99999'], {}, 'server.port'],
    [['--prot', '1'], {}, 'Did you mean --port?'],
    [[], { LLM_RETRY_MAX_ATTEMPTS: 'x' }, 'LLM_RETRY_MAX_ATTEMPTS'],
  ] as const)('exits with 2 and names the setting: %j %j', async ([args, env, message]) => {
    const ended = await runWeir(['serve', '--data-dir', temporaryDirectory(), ...args], { env });
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  test('exits with 1 when the port is taken, and with 2 when the data directory is', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const blocked = await runWeir(['serve', '--data-dir', temporaryDirectory(), '--port', String(port)]);
    expect(blocked).toMatchObject({ code: 1, stderr: expect.stringContaining('--port 0') });
    const weir = await start();
    const second = await runWeir(['serve', '--data-dir', weir.dataDir, '--port', '0']);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining(`process ${weir.pid}`) });
  });

  test('lets a running call finish after SIGTERM and refuses new ones', async () => {
    const upstream = createServer((_request, response) => {
      waiting.push(() => response.end(JSON.stringify(REPLY)));
      response.writeHead(200, { 'content-type': 'application/json' });
    });
    const waiting: (() => void)[] = [];
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void upstream.close());
    const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
    const weir = await startWeir({ config: `providers: { local: { base_url: '${base}', api_key: none } }` });
    const body = { model: 'local/m', messages: [{ role: 'user', content: 'hi' }] };
    const running = weir.api('POST /v1/chat/completions', body);
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    const stopped = weir.stop();
    await vi.waitFor(() => expect(weir.log()).toContain('"event":"stopping"'));
    expect((await weir.api('GET /readyz')).status).toBe(503);
    waiting[0]?.();
    expect((await running).status).toBe(200);
    await stopped;
  });
});

const REPLY = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'late' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

describe(requirement('A18'), () => {
  test('a start on an empty directory applies the migrations and logs one line per provider', async () => {
    const weir = await start({
      env: { OPENAI_API_KEY: 'sk-well-formed-0000', ANTHROPIC_API_KEY: 'gsk_of_another_vendor' },
      config: 'providers: { local: { base_url: http://127.0.0.1:1/v1, api_key: none } }',
    });
    const lines = await vi.waitFor(() => {
      const found = logLines(weir.log()).filter((line) => line.event === 'provider_status');
      expect(found.length).toBeGreaterThan(3);
      return found;
    });
    const status = Object.fromEntries(lines.map((line) => [line.provider, line.status]));
    expect(status).toMatchObject({
      openai: 'ready',
      anthropic: 'malformed key',
      groq: 'no key',
      local: 'ready',
    });
    expect(lines).toHaveLength(Object.keys(status).length);
    const migrated = await runWeir(['db', 'migrate', '--json', '--data-dir', weir.dataDir]);
    expect(migrated.stderr).toContain('uses the data directory');
    await weir.stop();
    const again = await runWeir(['db', 'migrate', '--json', '--data-dir', weir.dataDir]);
    expect(JSON.parse(again.stdout)).toEqual({ applied: [] });
  });
});

describe(requirement('E16'), () => {
  test('a key of another vendor is found at the start, and no key ever shows', async () => {
    const secrets = { OPENAI_API_KEY: 'gsk_XXXXsecretXXXXopenai', GROQ_API_KEY: 'gsk_XXXXsecretXXXXgroq' };
    const weir = await start({ env: { ...secrets, WEIR_LOG_LEVEL: 'debug' } });
    await vi.waitFor(() => {
      const malformed = logLines(weir.log()).find((line) => line.provider === 'openai');
      expect(malformed).toMatchObject({ level: 'warn', status: 'malformed key' });
    });
    const shown = [
      await weir.api('GET /api/sampling/providers'),
      await weir.api('GET /api/sampling/info'),
      await weir.api('GET /v1/models'),
      await weir.api('GET /healthz'),
    ].map(({ text }) => text);
    for (const args of [['config', 'explain'], ['providers', 'list'], ['doctor'], ['config', 'check']]) {
      const ended = await runWeir([...args, '--json'], { env: { ...secrets, GROQ_BASE_URL: 'http://127.0.0.1:1/v1' } });
      shown.push(ended.stdout, ended.stderr);
    }
    expect(shown.every((text) => text !== undefined)).toBe(true);
    expect([...shown, weir.log()].join('\n')).not.toContain('XXXXsecretXXXX');
  });
});

test('bounds the young generation in the very process that was started', async () => {
  const weir = await start();
  const command = execFileSync('ps', ['-o', 'args=', '-p', String(weir.pid)], { encoding: 'utf8' });
  expect(command.match(/--max-semi-space-size=/g)).toHaveLength(1);
});
