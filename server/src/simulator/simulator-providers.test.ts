import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Simulator, startSimulator } from './server.ts';
import { simulatorProviders } from './simulator-providers.ts';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.close());

it('gives base URLs below which each provider answers with its key', async () => {
  const environment = simulatorProviders(`${simulator.url}/`);
  const paths = [
    [environment.OPENAI_BASE_URL, '/models', environment.OPENAI_API_KEY],
    [environment.ANTHROPIC_BASE_URL, '/v1/models', environment.ANTHROPIC_API_KEY],
    [environment.GROQ_BASE_URL, '/models', environment.GROQ_API_KEY],
    [environment.HF_BASE_URL, '/models', environment.HF_TOKEN],
  ] as const;
  const statuses = await Promise.all(
    paths.map(
      async ([base, path, key]) => (await fetch(base + path, { headers: { authorization: `Bearer ${key}` } })).status,
    ),
  );
  expect(statuses).toEqual([200, 200, 200, 200]);
});
