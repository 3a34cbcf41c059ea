import { expect, onTestFinished, test } from 'vitest';
import { usdFromNano } from '../../server/src/kernel/money.ts';
import { completion } from '../chaos/support/gateway-fixture.ts';
import { systemClock } from '../contracts/system-clock.ts';
import { requirement } from '../support/requirement.ts';
import { temporaryStorage } from '../support/temporary-storage.ts';
import { BY } from './engine-stand.ts';
import { asking, askingTool, breakdownOf, type PaidOptions, paidStand } from './paid-stand.ts';

const ALLOWED = '{"verdict": "allow", "type": "none", "score": 0}';

async function stand(more: Partial<PaidOptions> = {}) {
  const { storage } = await temporaryStorage(systemClock);
  const stood = paidStand({ storage, ...more });
  stood.http.onRequest = (sent) =>
    setImmediate(() => {
      const { model } = JSON.parse(String(sent.request.body)) as { model: string };
      // Each model says something of another length, so that no two shares are equal by chance.
      const tokens = { 'gpt-4o-mini': 3, cheap: 5, judge: 7 }[model] ?? 0;
      const usage = { prompt_tokens: 11, completion_tokens: tokens, total_tokens: 11 + tokens };
      sent.answer(200, completion(model === 'judge' ? ALLOWED : model === 'gpt-4o-mini' ? 'no JSON' : '{}', usage));
    });
  await stood.engine.start();
  onTestFinished(() => stood.engine.stop(0));
  return stood;
}

test(`${requirement('A13')}: a tool that asks several models costs each of them what the ledger says`, async () => {
  const { run, recordsOf } = await stand();
  const done = await run({ name: 'tool', steps: [askingTool('ask', ['gpt-4o-mini', 'cheap', 'cheap'])] });
  expect(done.status).toBe('completed');
  expect(done.modelBreakdown).toEqual({
    'gpt-4o-mini': { calls: 1, tokens_used: 14, cost_usd: usdFromNano(11_000 + 3 * 2000) },
    cheap: { calls: 2, tokens_used: 32, cost_usd: usdFromNano(2 * (1100 + 5 * 300)) },
  });
  expect(done.modelBreakdown).toEqual(breakdownOf(await recordsOf(done.id)));
});

test('a call that goes from one model to another costs both, in sub-runs and maps, too', async () => {
  const { run, recordsOf, workflows } = await stand();
  // The first model's reply is no JSON, twice; the second one's is.
  const falling = asking('falling', { config: { model: 'both', schema: { type: 'object' } } });
  await workflows.create(BY, { name: 'inner', steps: [falling] });
  const each = { name: 'each', type: 'map', config: { items: [1, 2], steps: [falling] } };
  const sub = { name: 'sub', type: 'workflow', config: { workflow: 'inner', input: {} } };
  const done = await run({ name: 'outer', steps: [each, sub] });
  expect(done.status).toBe('completed');
  expect(done.modelBreakdown).toEqual({
    'gpt-4o-mini': { calls: 3, tokens_used: 3 * 2 * 14, cost_usd: usdFromNano(3 * 2 * 17_000) },
    cheap: { calls: 3, tokens_used: 3 * 16, cost_usd: usdFromNano(3 * 2600) },
  });
  expect(done.modelBreakdown).toEqual(breakdownOf(await recordsOf(done.id)));
});

for (const judge of ['monitor', 'block'] as const) {
  test(`judges of guardrails (${judge}) cost the step they judge for, and are none of the calls that a run may make`, async () => {
    const { run, recordsOf, ledger } = await stand({ judge });
    const steps = [asking('one'), askingTool('two', ['cheap'])];
    const done = await run({ name: 'judged', budget: { calls: 2, onExceed: 'stop' }, steps });
    expect(done).toMatchObject({ status: 'completed' });
    const judged = ledger.settled.filter(({ wire }) => wire === 'guard-judge');
    expect(judged.map(({ run_id, step }) => `${run_id} ${step}`).sort()).toEqual(
      ['one', 'one', 'two', 'two'].map((step) => `${done.id} ${step}`),
    );
    expect(done.modelBreakdown.judge).toMatchObject({ calls: 4 });
    expect(done.modelBreakdown).toEqual(breakdownOf(ledger.settled));
    const nano = (await recordsOf(done.id)).reduce((sum, { cost_nano_usd }) => sum + cost_nano_usd, 0);
    expect(done.cost_usd).toBe(usdFromNano(nano));
  });
}
