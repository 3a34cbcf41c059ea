import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requirement } from '../../support/requirement.ts';
import { startWeir, TEST_ADMIN_KEY } from '../../support/weir.ts';
import { POSTS } from '../bad-input/posts.ts';
import { type ComposedWeir, composeWeir, UPSTREAM_SECRETS } from './composed-weir.ts';

const CANARIES = {
  ...UPSTREAM_SECRETS,
  admin: TEST_ADMIN_KEY,
  file: 'canary-file-key-0123456789',
  pool: 'canary-pool-key-0123456789',
  header: 'canary-header-0123456789',
  collector: 'canary-collector-0123456789',
  credential: 'sk-canary-credential-0123456789',
  token: 'sk-canary-token-0123456789',
  configured: 'sk-ant-canary-configured-0123456789',
  refused: 'sk-canary-refused-0123456789',
  prompt: 'canary-prompt-0123456789',
};

let weir: ComposedWeir;
let clientKey = '';
const replies: string[] = [];

/** What a request was answered with, headers included. */
async function ask(line: string, body?: unknown, headers: Record<string, string> = {}) {
  const [method = '', path = ''] = line.split(' ');
  const response = await fetch(weir.url + path, {
    method,
    headers: { authorization: `Bearer ${weir.adminKey}`, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  replies.push(`${method} ${path} ${response.status} ${JSON.stringify([...response.headers])}${await response.text()}`);
  return response.status;
}

beforeAll(async () => {
  weir = await composeWeir({
    config: `
retry: { max_attempts: 1, base_delay_ms: 1 }
telemetry: { otlp_headers: { authorization: ${CANARIES.collector} } }
providers:
  local:
    type: openai-compatible
    base_url: http://127.0.0.1:9/v1
    api_key: ${CANARIES.file}
    credentials: [{ api_key: ${CANARIES.pool} }]
    headers: { x-extra: ${CANARIES.header} }
    models: [nobody-home]
`,
  });
  clientKey = (await weir.key({ role: 'operator' })).key;
  const stored = [
    await ask('POST /api/v1/credentials', { provider: 'openai', secret: CANARIES.credential }),
    await ask('POST /api/v1/tokens', { provider: 'openai', token: CANARIES.token, user_id: 'u1' }),
    await ask('POST /api/sampling/providers/anthropic/configure', { apiKey: CANARIES.configured }),
  ];
  expect(stored).toEqual([201, 201, 200]);
  await ask('POST /api/v1/credentials', { provider: 'nobody', secret: CANARIES.refused });
  await ask('POST /api/v1/credentials', {
    provider: 'openai',
    secret: CANARIES.refused,
    base_url: 'http://10.0.0.1',
  });
  await ask('POST /api/v1/credentials', { provider: 'openai', [CANARIES.refused]: 1 }).catch(() => undefined);
  replies.pop();
});

afterAll(() => weir.close());

const CALLS = POSTS.filter((post) => post.isCall);
const normal = () => weir.upstream.answer;

async function callEverything(headers: Record<string, string> = {}): Promise<void> {
  for (const { path, good } of CALLS) {
    await ask(`POST ${path}`, { ...good, metadata: {} }, headers);
    const text = JSON.stringify(good).replaceAll('"hi"', `"${CANARIES.prompt}"`);
    await ask(`POST ${path}`, text, headers);
    await ask(`POST ${path}`, `${text}}`, headers);
  }
}

describe(requirement('D9a'), () => {
  test('no secret and no prompt is in any log, metric, reply or file', async () => {
    const answered = normal();
    await callEverything();
    await callEverything({ 'x-user-id': 'u1' });
    // Providers repeat the key they were given when they refuse it.
    for (const status of [401, 403]) {
      weir.upstream.answer = ({ headers }, response) => {
        const given = `${headers.authorization ?? ''} ${headers['x-api-key'] ?? ''}`;
        response.writeHead(status, { 'content-type': 'application/json', 'x-given': given });
        response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${given}` } }));
      };
      await callEverything();
    }
    weir.upstream.answer = (_request, response) => response.destroy();
    await callEverything();
    weir.upstream.answer = answered;
    await ask('POST /v1/chat/completions', { ...CALLS[0]?.good, model: 'local/nobody-home' });
    await ask('GET /v1/models', undefined, { authorization: `Bearer ${clientKey}x` });
    for (const { method, path } of weir.app.routes) {
      // The live stream has no end; its own test looks into it.
      if (method === 'GET' && path !== '/api/v1/live') await ask(`GET ${path.replace(/:\w+|\*/g, 'openai')}`);
    }
    for (const path of [
      '/api/v1/usage/records?limit=1000',
      '/api/v1/audit?limit=1000',
      '/api/v1/usage/report?format=csv',
    ]) {
      await ask(`GET ${path}`);
    }
    expect(weir.logged()).toContain('llm_request_failed');
    expect(replies.length).toBeGreaterThan(200);
    const places = { ...filesBelow(weir.dataDir), log: weir.logged(), replies: replies.join('\n') };
    expect(Object.keys(places).some((name) => name.endsWith('weir.db'))).toBe(true);
    expect(foundIn(places, { ...CANARIES, clientKey })).toEqual([]);
  });

  test('the check finds a secret where one is', () => {
    expect(foundIn({ log: `x${CANARIES.pool}x` }, CANARIES)).toEqual(['pool in log']);
  });
});

describe(requirement('E16'), () => {
  test('a malformed key is reported at the start without being shown', async () => {
    const key = 'not a key \u00e9 0123456789';
    const started = await startWeir({
      env: { OPENAI_API_KEY: key, GROQ_API_KEY: 'gsk_canary0123456789012345678901234567' },
    });
    const providers = await started.api('GET /api/sampling/providers');
    expect(providers.json.success).toBe(true);
    await started.stop();
    expect(started.log()).toContain('provider openai: malformed key');
    expect(started.log()).toContain('provider groq: ready');
    expect(started.log() + providers.text).not.toMatch(/not a key|gsk_canary/);
  });
});

function foundIn(places: Readonly<Record<string, string>>, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => text.includes(secret))
      .map(([name]) => `${name} in ${place}`),
  );
}

/** Every file's bytes as text. */
function filesBelow(directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path] = readFileSync(path, 'latin1');
  }
  return files;
}
