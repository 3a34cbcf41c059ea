import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';
import { storeWorkflow } from '../../support/workflow-weir.ts';

const EVERYTHING = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-everything/dist/index.js');
const MODEL = 'openai/gpt-4o-mini';

let scene: Scene;
beforeAll(async () => {
  const everything = { command: process.execPath, args: [EVERYTHING], sampling: { models: [MODEL], max_tokens: 20 } };
  scene = await Scene.start({
    config: { prices: { [MODEL]: { input: 1, output: 2 } }, mcp: { servers: { everything } } },
  });
}, 60_000);
afterAll(() => scene.close());

/** A step whose tool asks a model. */
const asking = (name: string, more: object = {}) => ({
  ...{ name, type: 'tool', ...more },
  config: {
    ...{ server: 'everything', tool: 'trigger-sampling-request' },
    params: { prompt: `Does it hold? ${name} {{run.id}}`, maxTokens: 20 },
  },
});

async function run(document: { name: string; [field: string]: unknown }) {
  const { id } = await storeWorkflow(scene.weir, document);
  const { json } = await scene.weir.api(`POST /api/workflows/${id}/execute?wait=30`, {});
  const records = (await scene.records()).filter(({ run_id }) => run_id === json.id);
  return { done: json, records };
}

const nano = (usd: number) => Math.round(usd * 1e9);
const sum = (records: readonly { cost_nano_usd: number }[]) =>
  records.reduce((total, { cost_nano_usd }) => total + cost_nano_usd, 0);

describe('a tool whose server asks a model', () => {
  test('costs its step and run what the ledger says', async () => {
    const { done, records } = await run({ name: 'priced', steps: [asking('one'), asking('two')] });
    expect(done.status).toBe('completed');
    expect(records.map(({ step }) => step).sort()).toEqual(['one', 'two']);
    expect(sum(records)).toBeGreaterThan(0);
    expect(nano(done.cost_usd)).toBe(sum(records));
    for (const step of done.steps) {
      const own = records.filter((record) => record.step === step.step_name);
      expect(nano(step.cost_usd)).toBe(sum(own));
      expect(step.tokens_used).toBe(own[0]?.tokens_used);
    }
    const shares = Object.values(done.modelBreakdown as Record<string, { cost_usd: number }>);
    expect(nano(shares.reduce((total, { cost_usd }) => total + cost_usd, 0))).toBe(sum(records));
  });

  test('is refused its model when the calls of the run, or of a step, are used up', async () => {
    const two = [asking('one'), asking('two', { onError: 'continue', retryConfig: { maxAttempts: 1 } })];
    for (const document of [
      { name: 'bounded', budget: { calls: 1, onExceed: 'stop' }, steps: two },
      {
        name: 'bounded-step',
        steps: [
          {
            name: 'in',
            type: 'parallel',
            budget: { calls: 1, onExceed: 'stop' },
            config: { steps: two, concurrency: 1 },
          },
        ],
      },
      {
        name: 'bounded-usd',
        budget: { usd: 0.0005, onExceed: 'stop' },
        steps: [asking('one'), asking('two'), asking('three')].map((step) => ({
          ...step,
          onError: 'continue',
          retryConfig: { maxAttempts: 1 },
        })),
      },
    ]) {
      const { done, records } = await run(document);
      const asked = records.filter(({ attempts }) => attempts.length > 0);
      const refused = records.filter(({ error_code }) => error_code === 'limit.budget');
      if (document.name !== 'bounded-usd') expect([asked.length, refused.length]).toEqual([1, 1]);
      else expect(sum(records)).toBeLessThanOrEqual(500_000);
      expect(nano(done.cost_usd)).toBe(sum(records));
    }
  });
});
