import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';
import { requirement } from '../../support/requirement.ts';
import type { ApiReply } from '../../support/weir.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start({
    simulator: { latency: { firstTokenMs: 0, interTokenMs: 0 } },
    config: {
      limits: {
        tiers: { gold: { requests_per_minute: 3 }, fast: { requests_per_minute: 40 } },
        model: { 'openai/limited': { requests_per_minute: 1 } },
      },
    },
  });
});
afterAll(() => scene.close());

const MESSAGES = [{ role: 'user', content: 'Say "the weir holds".' }];
const as = (key: string, user?: string) => ({
  authorization: `Bearer ${key}`,
  ...(user === undefined ? {} : { 'x-user-id': user }),
});

async function chat(key: string, more: object = {}, user?: string): Promise<ApiReply> {
  const body = { model: 'openai/gpt-4o-mini', max_tokens: 20, messages: MESSAGES, ...more };
  return scene.weir.api('POST /v1/chat/completions', body, as(key, user));
}

async function messages(key: string): Promise<ApiReply> {
  const body = { model: 'anthropic/claude-3-haiku', max_tokens: 20, messages: MESSAGES };
  return scene.weir.api('POST /v1/messages', body, { ...as(key), 'anthropic-version': '2023-06-01' });
}

async function sample(user: string, more: object = {}, key = scene.weir.adminKey): Promise<ApiReply> {
  const body = { model: 'openai/gpt-4o-mini', messages: MESSAGES, maxTokens: 50, ...more };
  return scene.weir.api('POST /api/sampling/request', body, as(key, user));
}

async function complete(user: string): Promise<ApiReply> {
  const body = { model: 'openai/gpt-4o-mini', prompt: 'Say "the weir holds".', max_tokens: 20, user_id: user };
  return scene.weir.api('POST /api/v1/llm/completion', body);
}

describe('the limits of another key', () => {
  const seen = async (id: string, key: string) => scene.weir.api(`GET /api/v1/limits?key_id=${id}`, undefined, as(key));

  it('are seen by who may view its project, and by nobody else', async () => {
    const made = (await scene.weir.api('POST /api/v1/keys', { name: 'bounded', limits: { requests_per_day: 41 } }))
      .json;
    const viewer = await scene.weir.key({ role: 'viewer' });
    const { json } = await seen(made.id, viewer);
    expect(json.data).toContainEqual(
      expect.objectContaining({ scope: 'key', id: made.id, name: 'requests_per_day', api: null, limit: 41, used: 0 }),
    );
    expect((await seen(made.id, made.key)).json.data).toHaveLength(json.data.length);
    expect((await seen(made.id, await scene.weir.key())).status).toBe(404);
    const project = (await scene.weir.api('POST /api/v1/projects', { name: 'elsewhere' })).json;
    const stranger = await scene.weir.key({ role: 'admin', project_id: project.id });
    const foreign = await scene.weir.key({ role: 'operator', project_id: project.id });
    expect((await seen(made.id, foreign)).status).toBe(404);
    expect((await seen(made.id, stranger)).status).toBe(200);
  });
});

describe('a minute limit of a key', () => {
  it('lets its number of calls through and refuses the next with scope, limit, use and time', async () => {
    const key = await scene.weir.key({ limits: { requests_per_minute: 2 } });
    const first = await chat(key);
    expect(first.status).toBe(200);
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect((await chat(key)).headers.get('x-ratelimit-remaining-requests')).toBe('0');
    const refused = await chat(key);
    expect(refused.status).toBe(429);
    expect(refused.json.error.code).toBe('limit.rate');
    expect(refused.json.error.details).toMatchObject({ scope: 'key', limit: 2, used: 2 });
    const seconds = refused.json.error.details.retry_after_s;
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(61);
    expect(Number(refused.headers.get('retry-after'))).toBe(Math.min(60, seconds));
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan(50_000);
    expect(refused.headers.get('x-should-retry')).toBeNull();
    expect(refused.headers.get('x-ratelimit-reset-requests')).toMatch(/^(1m[01]s|5\ds)$/);
  });

  it('says the same to Anthropic clients in their own headers', async () => {
    const key = await scene.weir.key({ limits: { requests_per_minute: 1, tokens_per_minute: 1000 } });
    const { headers } = await messages(key);
    expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('1');
    expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
    expect(Date.parse(headers.get('anthropic-ratelimit-requests-reset') ?? '')).toBeGreaterThan(Date.now());
    expect(headers.get('anthropic-ratelimit-tokens-limit')).toBe('1000');
    const refused = await messages(key);
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });
});

describe('tokens', () => {
  it('are charged by the estimate and put right by the truth', async () => {
    const key = await scene.weir.key({ limits: { tokens_per_minute: 400 } });
    const reply = await chat(key, { max_tokens: 300 });
    expect(reply.status).toBe(200);
    const used = reply.json.usage.total_tokens;
    const { json } = await scene.weir.api('GET /api/v1/limits', undefined, as(key));
    const limit = json.data.find(({ name }: { name: string }) => name === 'tokens_per_minute');
    expect(limit).toMatchObject({ scope: 'key', limit: 400, used, remaining: 400 - used });
    // Had the estimate stayed, these would not fit beside it.
    expect((await chat(key, { max_tokens: 300 })).status).toBe(200);
  });

  it('beyond the limit per request are refused for good', async () => {
    const key = await scene.weir.key({ limits: { tokens_per_request: 100 } });
    const refused = await chat(key, { max_tokens: 101 });
    expect(refused.status).toBe(413);
    expect(refused.json.error.details).toMatchObject({ scope: 'key', limit: 100 });
    expect(refused.headers.get('retry-after')).toBeNull();
    expect((await chat(key, { max_tokens: 50 })).status).toBe(200);
  });

  it('per day end for client libraries without a wait of hours, and the true time stands in the headers', async () => {
    const key = await scene.weir.key({ limits: { tokens_per_day: 60 } });
    expect((await chat(key, { max_tokens: 40 })).status).toBe(200);
    const refused = await chat(key, { max_tokens: 45 });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    const untilMidnight = 86_400 - Math.floor((Date.now() % 86_400_000) / 1000);
    expect(refused.json.error.details.retry_after_s).toBeGreaterThan(untilMidnight - 30);
    expect(refused.headers.get('x-ratelimit-reset-tokens')).toMatch(/^(\d+h\d+m\d+s|\d+m\d+s|\d+s)$/);
  });
});

describe('concurrency', () => {
  it('counts running calls, and a call that the client gave up is one less', async () => {
    const key = await scene.weir.key({ limits: { concurrency: 1 } });
    scene.simulator.faults.add({ match: { model: 'hangs' }, fault: { kind: 'hang_before_headers' }, times: 'always' });
    const leave = new AbortController();
    const request = scene.request({ model: 'openai/hangs', headers: as(key), signal: leave.signal });
    const hanging = fetch(`${scene.weir.url}/v1/chat/completions`, request).catch(() => 'left');
    await expect.poll(() => scene.asked('hangs')).toBe(1);
    const refused = await chat(key);
    expect(refused.status).toBe(429);
    expect(refused.json.error.details).toMatchObject({ scope: 'key', limit: 1, used: 1, retry_after_s: 1 });
    leave.abort();
    expect(await hanging).toBe('left');
    await expect.poll(async () => (await chat(key)).status).toBe(200);
  });
});

describe('several limits', () => {
  it('are all charged or none: what the tighter one refuses is not counted by the wider', async () => {
    const key = await scene.weir.key({ limits: { requests_per_minute: 50, concurrency: 20 } });
    await scene.weir.api('PUT /api/v1/users/tight', { limits: { requests_per_minute: 1 } });
    expect((await chat(key, {}, 'tight')).status).toBe(200);
    for (let turn = 0; turn < 5; turn++) {
      const refused = await chat(key, {}, 'tight');
      expect(refused.json.error.details.scope).toBe('user');
    }
    expect((await chat(key, {}, 'other')).headers.get('x-ratelimit-remaining-requests')).toBe('48');
  });

  it('hold for a model under each of its names', async () => {
    const key = await scene.weir.key();
    expect((await chat(key, { model: 'openai/limited' })).status).toBe(200);
    const refused = await chat(key, { model: 'openai/limited' });
    expect(refused.status).toBe(429);
    expect(refused.json.error.details.scope).toBe('model');
  });
});

describe(requirement('A6'), () => {
  it('more than 4,000 tokens in one request are refused', async () => {
    const refused = await sample('a6-request', { maxTokens: 4000 });
    expect(refused.status).toBe(413);
    expect(refused.json).toMatchObject({
      success: false,
      error: { code: 'request.too_large', details: { scope: 'user', limit: 4000, retry_after_s: null } },
    });
    expect((await sample('a6-request', { maxTokens: 3900 })).status).toBe(200);
  });

  it('100,000 tokens of a user are a day, until 00:00 UTC', async () => {
    const { json } = await scene.weir.api('GET /api/v1/limits?user_id=a6', undefined);
    expect(json.data).toContainEqual(
      expect.objectContaining({ api: 'sampling', name: 'tokens_per_day', limit: 100_000, remaining: 100_000 }),
    );
    await scene.weir.api('PUT /api/v1/users/a6', { limits: { tokens_per_day: 200 } });
    expect((await sample('a6', { maxTokens: 180 })).status).toBe(200);
    const refused = await sample('a6', { maxTokens: 185 });
    expect(refused.status).toBe(429);
    const untilMidnight = 86_400 - Math.floor((Date.now() % 86_400_000) / 1000);
    const told = Number(refused.headers.get('retry-after'));
    expect(Math.abs(told - untilMidnight)).toBeLessThan(30);
    expect(refused.json.error).toMatchObject({ code: 'limit.rate', details: { scope: 'user', limit: 200 } });
  });
});

describe(requirement('A8'), () => {
  it('shows tokens, requests, the rest, and when it starts anew', async () => {
    const { json: reply } = await sample('a8');
    const { json } = await scene.weir.api('GET /api/sampling/usage', undefined, { 'x-user-id': 'a8' });
    const used = reply.data.usage.totalTokens;
    expect(json.data).toEqual({
      userId: 'a8',
      dailyTokens: used,
      requestCount: 1,
      remainingTokens: 100_000 - used,
      resetAt: expect.stringMatching(/T00:00:00Z$/),
      limits: { maxTokensPerDay: 100_000, maxTokensPerRequest: 4000 },
    });
  });
});

describe(requirement('E5'), () => {
  it('30 requests of a user are a minute, and the status API shows the rest', async () => {
    const replies = await Promise.all(Array.from({ length: 35 }, () => complete('e5')));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(30);
    const refused = replies.find(({ status }) => status === 429) as ApiReply;
    expect(refused.json.error.details).toMatchObject({ scope: 'user', limit: 30, used: 30 });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    const { json } = await scene.weir.api('GET /api/v1/llm/usage/e5');
    expect(json.limits).toMatchObject({
      requests_per_minute: { limit: 30, remaining: 0, reset_at: expect.any(String) },
      requests_per_day: { limit: 14_400, remaining: 14_370, reset_at: expect.stringMatching(/T00:00:00Z$/) },
      tokens_per_day: { limit: null, remaining: null },
    });
    expect(Date.parse(json.limits.requests_per_minute.reset_at)).toBeLessThanOrEqual(Date.now() + 61_000);
  });

  it("is another user's own", async () => {
    expect((await complete('e5-other')).status).toBe(200);
  });
});

describe(requirement('E13'), () => {
  it('a tier replaces the limits of the API and of users in general', async () => {
    const put = await scene.weir.api('PUT /api/v1/users/e13-fast', { tier: 'fast' });
    expect(put.json).toEqual({ id: 'e13-fast', project_id: 'default', tier: 'fast', limits: {} });
    const replies = await Promise.all(Array.from({ length: 45 }, () => complete('e13-fast')));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(40);
    const refused = replies.find(({ status }) => status === 429) as ApiReply;
    expect(refused.json.error.details).toMatchObject({ scope: 'tier', limit: 40 });
  });

  it('holds on every API, for each user of the tier on its own', async () => {
    const key = await scene.weir.key();
    for (const user of ['e13-a', 'e13-b']) {
      await scene.weir.api(`PUT /api/v1/users/${user}`, { tier: 'gold' });
      for (const status of [200, 200, 200, 429]) expect((await chat(key, {}, user)).status).toBe(status);
    }
  });

  it('must be one of the configuration', async () => {
    const refused = await scene.weir.api('PUT /api/v1/users/e13-c', { tier: 'silver' });
    expect(refused.status).toBe(400);
    expect(refused.json.error.message).toContain('gold, fast');
  });
});

describe('S27: a key that may use one model and little of it', () => {
  it('gets neither another model nor more output, and hands out no more either', async () => {
    const key = await scene.weir.key({ models: ['openai/gpt-4o-mini'], limits: { tokens_per_request: 100 } });
    expect((await chat(key, { model: 'openai/gpt-4o' })).status).toBe(403);
    expect((await chat(key, { max_tokens: 5000 })).status).toBe(413);
    expect((await chat(key, { n: 10, max_tokens: 20 })).status).toBe(413);
    expect((await chat(key)).status).toBe(200);
  });
});

describe('calls without a user', () => {
  it('count against their key on the APIs that limit users', async () => {
    const key = await scene.weir.key();
    const body = { model: 'openai/gpt-4o-mini', prompt: 'Hello', max_tokens: 5 };
    const ask = () => scene.weir.api('POST /api/v1/llm/completion', body, as(key));
    const replies = await Promise.all(Array.from({ length: 31 }, ask));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(replies.find(({ status }) => status === 429)?.json.error.details.scope).toBe('key');
  });
});

describe('refusals', () => {
  it('are counted by scope and limit, and recorded as calls that cost nothing', async () => {
    const { text } = await scene.weir.api('GET /metrics');
    expect(text).toMatch(/^weir_limit_refusals_total\{scope="key",limit="requests_per_minute",mode="refused"\} \d+$/m);
    const refused = (await scene.records()).filter(({ error_code }) => error_code === 'limit.rate');
    expect(refused.length).toBeGreaterThan(0);
    for (const { attempts, cost_nano_usd } of refused) expect([attempts, cost_nano_usd]).toEqual([[], 0]);
  });
});
