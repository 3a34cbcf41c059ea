import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sampler } from '../../../sampler/src/sampler.ts';
import { type RunningWeir, startWeir } from '../../support/weir.ts';
import { shopLines } from './log-lines.ts';

let weir: RunningWeir;
beforeAll(async () => {
  weir = await startWeir({ args: ['--workers', '2'] });
});
afterAll(() => weir.stop());

/** Looks again and again, for at most ten seconds, until it holds. */
async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 10_000, interval: 50 }).toBe(true);
}

test('a sampler with an inference key applies the policy, reports, and hears of full fidelity from any thread', async () => {
  const lines = shopLines(0, 2000).map(({ body, severity }) => ({ body, severity }));
  await weir.api('POST /api/v1/analysis/analyze', { service_name: 'shop', lines });
  const made = await weir.api('POST /api/v1/pipeline/generate-policy', { service_name: 'shop', cost_target: 0.0002 });
  expect(made.json.generated_by).toBe('rules');
  const problems: string[] = [];
  const sampler = new Sampler({
    ...{ service: 'shop', url: weir.url, apiKey: await weir.key(), random: () => 0 },
    onProblem: (problem) => problems.push(problem),
  });
  const loud = (at: number) => sampler.decide('INFO', `GET /api/orders/${at} answered 200 in 5 ms`);
  for (let at = 0; at < 20; at++) loud(at);
  await until(() => loud(1) === undefined);
  expect(sampler.decide('ERROR', 'payment of order 5 failed: connection reset by 10.0.0.1')).toBeDefined();
  expect(sampler.decide('INFO', 'a line that nobody has seen before')).toBeDefined();
  const until10 = new Date(Date.now() + 600_000).toISOString();
  await weir.api('PUT /api/v1/services/shop/full-fidelity', { until: until10 });
  await until(() => loud(2) !== undefined);
  await sampler.close();
  expect(problems).toEqual([]);
});
