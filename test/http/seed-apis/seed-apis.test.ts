import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatorProviders } from '../../../server/src/simulator/simulator-providers.ts';
import { requirement } from '../../support/requirement.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { type Stand, startStand } from '../clients/stand.ts';

let stand: Stand;
let key: string;
beforeAll(async () => {
  stand = await startStand();
  key = await stand.weir.key({ name: 'seed' });
});
afterAll(() => stand.close());

const messages = [
  { role: 'system', content: 'You are a helpful assistant' },
  { role: 'user', content: 'Analyze this code' },
];
const as = (user?: string) => ({
  authorization: `Bearer ${key}`,
  ...(user === undefined ? {} : { 'x-user-id': user }),
});
const isoInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);

describe(requirement('A9'), () => {
  it('completes a request and shows content, usage, reason and provider', async () => {
    const asked = { model: 'claude-3-haiku', messages, maxTokens: 100, temperature: 0.7 };
    const reply = await stand.weir.api('POST /api/sampling/request', asked, as('user123'));
    expect(reply.status).toBe(200);
    const { data } = reply.json;
    expect(reply.json).toEqual({ success: true, data: expect.any(Object), timestamp: isoInstant });
    expect(data).toMatchObject({ content: expect.any(String), provider: 'anthropic', finishReason: 'stop' });
    expect(data.model).toMatch(/^claude-3-haiku-/);
    expect(data.usage.totalTokens).toBe(data.usage.inputTokens + data.usage.outputTokens);
  });

  it('fills a missing model with the primary provider', async () => {
    const reply = await stand.weir.api('POST /api/sampling/request', { messages }, as('user124'));
    expect(reply.json.data.provider).toBe('groq');
  });

  it('lists the providers with their models and whether they can be used', async () => {
    const { json } = await stand.weir.api('GET /api/sampling/providers', undefined, as());
    const { providers, count } = json.data;
    expect(count).toBe(providers.length);
    const openai = providers.find((each: { type: string }) => each.type === 'openai');
    expect(openai).toMatchObject({
      available: true,
      models: expect.arrayContaining(['gpt-4-turbo', 'gpt-4', 'gpt-3.5-turbo']),
    });
    expect(providers.find((each: { type: string }) => each.type === 'mistral').available).toBe(false);
  });

  it("counts a user's tokens and calls of today, and names the header when it is missing", async () => {
    const used = await stand.weir.api(
      'POST /api/sampling/request',
      { model: 'gpt-3.5-turbo', messages },
      as('counted'),
    );
    const { json } = await stand.weir.api('GET /api/sampling/usage', undefined, as('counted'));
    const tokens = used.json.data.usage.totalTokens;
    expect(json.data).toEqual({
      userId: 'counted',
      dailyTokens: tokens,
      requestCount: 1,
      remainingTokens: 100_000 - tokens,
      resetAt: expect.stringMatching(/T00:00:00Z$/),
      limits: { maxTokensPerDay: 100_000, maxTokensPerRequest: 4000 },
    });
    const nameless = await stand.weir.api('GET /api/sampling/usage', undefined, as());
    expect(nameless.status).toBe(400);
    expect(nameless.json.error.message).toContain('x-user-id');
  });

  it('configures a provider for admins only', async () => {
    const path = '/api/sampling/providers/mistral/configure';
    const secret = { apiKey: 'mistral-key-0123456789abcdefghij' };
    expect((await stand.weir.api(`POST ${path}`, secret, as())).status).toBe(403);
    const { json } = await stand.weir.api(`POST ${path}`, secret);
    expect(json.data).toEqual({ type: 'mistral', models: expect.any(Array), available: true });
    expect((await stand.weir.api('POST /api/sampling/providers/nobody/configure', secret)).status).toBe(404);
  });

  it('says what the service is', async () => {
    const { json } = await stand.weir.api('GET /api/sampling/info', undefined, as());
    expect(Object.keys(json.data).sort()).toEqual([
      'endpoints',
      'guardrails',
      'limits',
      'providers',
      'service',
      'version',
    ]);
  });

  it('shows errors in the envelope of this API, naming the field', async () => {
    const reply = await stand.weir.api('POST /api/sampling/request', { model: 'gpt-4', messages: 'x' }, as());
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({
      success: false,
      error: { code: 'request.invalid', message: expect.stringContaining('messages'), details: expect.any(Object) },
      timestamp: isoInstant,
    });
  });
});

describe(requirement('E10'), () => {
  it('completes a prompt with tokens, cost and time in one flat reply', async () => {
    const asked = { prompt: 'Explain list comprehensions', system_prompt: 'You are a tutor', user_id: 'learner' };
    const { status, json } = await stand.weir.api('POST /api/v1/llm/completion', asked, as());
    expect(status).toBe(200);
    expect(json).toMatchObject({ provider: 'groq', cached: false, finish_reason: 'stop', timestamp: isoInstant });
    expect(json.tokens_used).toBe(json.prompt_tokens + json.completion_tokens);
    expect(json.total_tokens).toBe(json.tokens_used);
    expect(json.cost_usd).toBeGreaterThan(0);
    expect(json.response_time_ms).toBeGreaterThan(0);
    expect(json.request_id).toMatch(/^req_/);
  });

  it('chats, and counts what a user did today by model', async () => {
    const chat = { messages, model: 'groq/llama-3.3-70b-versatile', user_id: 'u77' };
    const said = (await stand.weir.api('POST /api/v1/llm/chat', chat, as())).json;
    const { json } = await stand.weir.api('GET /api/v1/llm/usage/u77', undefined, as());
    expect(json).toMatchObject({
      user_id: 'u77',
      requests_today: 1,
      tokens_today: said.tokens_used,
      by_model: { 'llama-3.3-70b-versatile': { requests: 1, tokens: said.tokens_used } },
    });
    expect(json.cost_usd_today).toBeCloseTo(said.cost_usd, 12);
    expect(Object.keys(json.limits)).toEqual(['requests_per_minute', 'requests_per_day', 'tokens_per_day']);
  });
});

it.each(['completion', 'chat'])(
  'a template that is not there is told by /api/v1/llm/%s, not overlooked',
  async (path) => {
    for (const prompt of [{}, { prompt: 'hi' }]) {
      const asked = { ...prompt, template: 'nobody/wrote_it', user_id: 'u79' };
      const { status, json } = await stand.weir.api(`POST /api/v1/llm/${path}`, asked, as());
      expect([status, json.error.details.param]).toEqual([404, 'template']);
    }
  },
);

describe(requirement('E15'), () => {
  it.each([400, 404, 401, 503])('tells which model, user and try a provider refused, also with %s', async (code) => {
    stand.simulator.faults.add({ fault: { kind: 'status', code }, times: 1 });
    const asked = { prompt: `fails with ${code}`, model: 'gpt-4o-mini', user_id: 'u78' };
    const { json } = await stand.weir.api('POST /api/v1/llm/completion', asked, as());
    expect(json.error.code).toMatch(/^upstream\./);
    expect(json.error.details).toMatchObject({
      type: expect.any(String),
      provider: 'openai',
      model: 'gpt-4o-mini',
      user_id: 'u78',
      attempt: 1,
      retryable: code === 503,
      retry_after_s: null,
    });
  });
});

describe(requirement('A17e'), () => {
  it.each([
    ['/api/sampling/request', { messages, stream: true }, (done: { data: { content: string } }) => done.data.content],
    ['/api/v1/llm/chat', { messages, stream: true }, (done: { content: string }) => done.content],
    [
      '/api/v1/inference',
      { model: 'gpt-4o-mini', provider: 'openai', inputs: 'Hello', stream: true },
      (done: { output: string }) => done.output,
    ],
  ])('streams %s as delta events and ends with the full reply', async (path, body, contentOf) => {
    const { headers, text } = await stand.weir.api(`POST ${path}`, body, as('streamer'));
    expect(headers.get('content-type')).toContain('text/event-stream');
    const events = text.trimEnd().split('\n\n').map(eventOf);
    expect(events.slice(0, -1).every(({ name }) => name === 'delta')).toBe(true);
    const done = events.at(-1);
    expect(done?.name).toBe('done');
    const said = events
      .slice(0, -1)
      .map(({ data }) => data.content)
      .join('');
    expect(contentOf(done?.data)).toBe(said);
    expect(said.length).toBeGreaterThan(10);
  });
});

describe(requirement('D2'), () => {
  it('runs a chat model and records telemetry for success and error', async () => {
    const good = { model: 'gpt-4o-mini', inputs: 'Hello', provider: 'openai' };
    const { json } = await stand.weir.api('POST /api/v1/inference', good, as('teller'));
    expect(json).toMatchObject({ output: expect.any(String), provider: 'openai', tokens: expect.any(Number) });
    expect(json.duration).toBeGreaterThan(0);
    const bad = { model: 'missing-model', inputs: 'Hello', provider: 'openai' };
    const refused = await stand.weir.api('POST /api/v1/inference', bad, as('teller'));
    expect(refused.status).toBe(404);
    const telemetry = (await stand.weir.api('GET /api/v1/telemetry?limit=50')).json.data;
    const own = telemetry.filter((row: { user_id: string }) => row.user_id === 'teller');
    expect(own.map((row: { status: string }) => row.status).sort()).toEqual(['error', 'success']);
    expect(own.find((row: { status: string }) => row.status === 'success')).toMatchObject({
      id: json.inference_id,
      provider: 'openai',
      tokens: json.tokens,
    });
  });
});

describe(requirement('A17a'), () => {
  it('keeps usage in the database over a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'restart-'));
    const env = { ...simulatorProviders(stand.simulator.url) };
    const count = async (weir: RunningWeir) => (await weir.api('GET /api/v1/usage/report')).json.request_count;
    const first = await startWeir({ dataDir, env });
    await first.api('POST /v1/chat/completions', { model: 'gpt-4o-mini', messages });
    expect(await count(first)).toBe(1);
    await first.stop();
    const second = await startWeir({ dataDir, env });
    expect(await count(second)).toBe(1);
    await second.stop();
  });
});

describe(requirement('D9c'), () => {
  it('answers others while one call waits for its provider', async () => {
    stand.simulator.faults.add({
      match: { model: 'gpt-4' },
      fault: { kind: 'delay_before_headers', ms: 1000 },
    });
    const ended: string[] = [];
    const call = async (model: string) => {
      await stand.weir.api('POST /v1/chat/completions', { model, messages }, as());
      ended.push(model);
    };
    await Promise.all([call('gpt-4'), ...Array.from({ length: 20 }, () => call('gpt-4o-mini'))]);
    expect(ended.at(-1)).toBe('gpt-4');
    expect(ended).toHaveLength(21);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: replies of three APIs
function eventOf(text: string): { name: string; data: any } {
  const [name = '', data = ''] = text.split('\n');
  return { name: name.replace('event: ', ''), data: JSON.parse(data.replace('data: ', '')) };
}
