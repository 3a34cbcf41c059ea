import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../chaos/support/scene.ts';

/** USD per million tokens, and per picture. */
const PRICES = {
  'openai/priced': { input: 1, output: 2 },
  'openai/pictures': { input: 0, output: 0, image: 0.02 },
  'openai/text-embedding-3-small': { input: 1, output: 0 },
};

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.start({
    simulator: { latency: { firstTokenMs: 0, interTokenMs: 0 } },
    config: {
      prices: PRICES,
      retry: { max_attempts: 0 },
      cache: { semantic: { enabled: true, model: 'openai/text-embedding-3-small' } },
    },
  });
});
afterAll(() => scene.close());

const sent = () => scene.simulator.journal.entries.length;

async function refusedUnsent(path: string, body: unknown, headers: Record<string, string>): Promise<void> {
  const before = sent();
  const reply = await scene.weir.api(`POST ${path}`, body, headers);
  expect([reply.status, reply.json.error.code]).toEqual([402, 'limit.budget']);
  expect(sent()).toBe(before);
}

describe('a budget holds against', () => {
  it('a list of prompts in one legacy completion', async () => {
    const key = await scene.weir.key({ budget: { usd: 0.01, period: 'day' } });
    const prompt = Array.from({ length: 100 }, () => 'hi');
    const body = { model: 'openai/priced', max_tokens: 100, prompt };
    await refusedUnsent('/v1/completions', body, { authorization: `Bearer ${key}` });
  });

  it('many pictures that a form asks for', async () => {
    const key = await scene.weir.key({ budget: { usd: 0.1, period: 'day' } });
    const field = (name: string, value: string) =>
      `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const form = `${field('model', 'openai/pictures')}${field('prompt', 'a weir')}${field('n', '10')}--x--\r\n`;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=x' };
    await refusedUnsent('/v1/images/edits', form, headers);
  });

  it('tools of the provider in the config of the inference API', async () => {
    const key = await scene.weir.key({ budget: { usd: 1, period: 'day' } });
    const config = { max_tokens: 10, web_search_options: {} };
    const body = { model: 'priced', provider: 'openai', inputs: 'hi', config };
    await refusedUnsent('/api/v1/inference', body, { authorization: `Bearer ${key}` });
  });

  it("the semantic cache's embeddings, once a user's money is spent", async () => {
    const user = 'spent';
    await scene.weir.api('PUT /api/v1/budgets', { scope: 'user', id: user, usd: 0.00000001, period: 'total' });
    const key = await scene.weir.key();
    const body = { model: 'openai/priced', max_tokens: 10, messages: [{ role: 'user', content: 'What is a weir?' }] };
    const headers = { authorization: `Bearer ${key}`, 'x-user-id': user, 'x-weir-cache': 'use' };
    await refusedUnsent('/v1/chat/completions', body, headers);
  });
});
