import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../server/src/simulator/server.ts';
import { simulatorProviders } from '../../server/src/simulator/simulator-providers.ts';
import { requirement } from '../support/requirement.ts';
import { type RunningWeir, startWeir } from '../support/weir.ts';

const GROQ_MODEL = 'llama-3.3-70b-versatile';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

/** Weir with these settings, and what its upstream saw since. */
async function weirWith(env: Record<string, string>) {
  simulator.faults.clear();
  const from = simulator.journal.entries.at(-1)?.id ?? 0;
  const fast = { LLM_RETRY_BASE_DELAY: '0.01' };
  const weir = await startWeir({ env: { ...simulatorProviders(simulator.url), ...fast, ...env } });
  onTestFinished(() => weir.stop());
  const sent = () => simulator.journal.entries.filter((entry) => entry.id > from);
  return { weir, sent };
}

function complete(weir: RunningWeir, body: object = {}) {
  return weir.api('POST /api/v1/llm/completion', { prompt: 'Say yes.', ...body });
}

function bodyOf(entry: { body: unknown } | undefined): Record<string, unknown> {
  const body = entry?.body;
  return typeof body === 'string' ? JSON.parse(body) : (body as Record<string, unknown>);
}

describe(requirement('B9'), () => {
  test('LLM_RETRY_MAX_ATTEMPTS is the number of retries, LLM_RETRY_BASE_DELAY their first pause', async () => {
    const { weir, sent } = await weirWith({ LLM_RETRY_MAX_ATTEMPTS: '2' });
    simulator.faults.add({ fault: { kind: 'status', code: 500 }, times: 'always' });
    expect((await complete(weir, { model: 'gpt-4o-mini' })).status).toBeGreaterThanOrEqual(500);
    expect(sent()).toHaveLength(3);
  });

  test('GROQ_MAX_RETRIES wins for groq', async () => {
    const { weir, sent } = await weirWith({ LLM_RETRY_MAX_ATTEMPTS: '3', GROQ_MAX_RETRIES: '0' });
    simulator.faults.add({ fault: { kind: 'status', code: 500 }, times: 'always' });
    await complete(weir, { model: `groq/${GROQ_MODEL}` });
    expect(sent()).toHaveLength(1);
  });

  test.for(['LLM_RESPONSE_TIMEOUT', 'GROQ_TIMEOUT'])('%s ends an attempt', async (variable) => {
    const { weir } = await weirWith({ [variable]: '0.2', GROQ_MAX_RETRIES: '0' });
    simulator.faults.add({ fault: { kind: 'hang_before_headers' }, times: 'always' });
    const reply = await complete(weir, { model: `groq/${GROQ_MODEL}` });
    expect(reply).toMatchObject({ status: 504, json: { error: { code: 'upstream.timeout' } } });
  });

  test('LLM_MAX_TOKENS and LLM_TEMPERATURE fill calls of the seed APIs, not those of the wires', async () => {
    const { weir, sent } = await weirWith({ LLM_MAX_TOKENS: '77', LLM_TEMPERATURE: '0.3' });
    await complete(weir, { model: `groq/${GROQ_MODEL}` });
    await weir.api('POST /v1/chat/completions', {
      model: `groq/${GROQ_MODEL}`,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const [seed, wire] = sent().map(bodyOf);
    expect(JSON.stringify(seed)).toMatch(/"max_(completion_)?tokens":77/);
    expect(seed?.temperature).toBe(0.3);
    expect(JSON.stringify(wire)).not.toMatch(/max_tokens|max_completion_tokens|temperature/);
  });

  test('LLM_ENABLE_USAGE_TRACKING=false hides the reports', async () => {
    const { weir } = await weirWith({ LLM_ENABLE_USAGE_TRACKING: 'false' });
    expect((await complete(weir)).status).toBe(200);
    expect((await weir.api('GET /api/v1/usage/report')).status).toBe(404);
  });
});

describe(requirement('E17'), () => {
  test('a call without a model goes to the primary provider and its *_MODEL', async () => {
    const { weir } = await weirWith({ GROQ_MODEL: 'llama-3.1-8b-instant' });
    expect((await complete(weir)).json).toMatchObject({ provider: 'groq', model: 'llama-3.1-8b-instant' });
    const other = await weirWith({ LLM_PRIMARY_PROVIDER: 'anthropic' });
    expect((await complete(other.weir)).json).toMatchObject({ provider: 'anthropic' });
  });

  test('and to the fallback provider when the primary one fails', async () => {
    const { weir } = await weirWith({ LLM_FALLBACK_PROVIDER: 'anthropic', GROQ_MAX_RETRIES: '0' });
    simulator.faults.add({ match: { path: '/openai/v1' }, fault: { kind: 'status', code: 500 }, times: 'always' });
    expect((await complete(weir)).json).toMatchObject({ provider: 'anthropic' });
  });
});
